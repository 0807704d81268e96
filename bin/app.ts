import { createPipeline } from '../lib/app.ts';
import { SettingsError } from '../lib/config/load.ts';

/** The CDK app, run by `cdk synth` and `cdk deploy`. */
try {
  createPipeline().app.synth();
} catch (error) {
  if (!(error instanceof SettingsError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

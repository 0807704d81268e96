import type { Catalogue } from '../catalogue/index.ts';
import type { Files, Generator } from '../generator.ts';
import { modelOf } from './model.ts';
import { FOLDER, guid, PROJECT } from './names.ts';
import { references } from './references.ts';
import { reportFiles } from './report.ts';
import { SCHEMAS } from './schemas.ts';
import { tmdlFiles } from './tmdl.ts';

const json = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;
const platform = (type: 'Report' | 'SemanticModel'): string =>
  json({
    $schema: SCHEMAS.platform,
    metadata: { type, displayName: PROJECT },
    config: { version: '2.0', logicalId: guid(type) },
  });
const under = (folder: string, files: Files): readonly (readonly [string, string])[] =>
  [...files].map(([path, text]) => [`${folder}/${path}`, text]);

/** A project of text files that Power BI Desktop opens: a report, and the model that it reads. */
export const powerbi: Generator = {
  name: 'Power BI',
  generate: (catalogue: Catalogue) => {
    const report = `${PROJECT}.Report`;
    const model = `${PROJECT}.SemanticModel`;
    const files = new Map([
      [
        `${PROJECT}.pbip`,
        json({
          $schema: SCHEMAS.project,
          version: '1.0',
          artifacts: [{ report: { path: report } }],
          settings: { enableAutoRecovery: true },
        }),
      ],
      // what Desktop keeps for whoever has the project open, data among it
      ['.gitignore', '**/.pbi/localSettings.json\n**/.pbi/cache.abf\n'],
      [`${report}/.platform`, platform('Report')],
      [
        `${report}/definition.pbir`,
        json({
          $schema: SCHEMAS.reportProperties,
          version: '4.0',
          datasetReference: { byPath: { path: `../${model}` } },
        }),
      ],
      ...under(`${report}/definition`, reportFiles(catalogue)),
      [`${model}/.platform`, platform('SemanticModel')],
      [`${model}/definition.pbism`, json({ $schema: SCHEMAS.modelProperties, version: '4.2', settings: {} })],
      ...under(`${model}/definition`, tmdlFiles(modelOf(catalogue))),
    ]);
    return new Map(under(FOLDER, files));
  },
  references,
};

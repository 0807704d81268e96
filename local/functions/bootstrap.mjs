// Runs a bundled handler against the Lambda Runtime API (2018-06-01), as Lambda's own runtime does:
//   node bootstrap.mjs MODULE EXPORT
// Plain JavaScript, so that a cold start does not pay for a compiler.
import http from 'node:http';
import { enableCompileCache } from 'node:module';
import { pathToFileURL } from 'node:url';

const [module, exportName] = process.argv.slice(2);
const [hostname, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

function call(method, path, body) {
  return new Promise((resolve, reject) => {
    const headers = body === undefined ? {} : { 'content-type': 'application/json', 'content-length': body.length };
    const request = http.request({ hostname, port, method, path: `/2018-06-01/runtime${path}`, agent, headers });
    request.on('error', reject);
    request.on('response', (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => resolve({ headers: response.headers, body: Buffer.concat(chunks) }));
    });
    request.end(body);
  });
}

const describe = (error) =>
  Buffer.from(
    JSON.stringify(
      error instanceof Error
        ? { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') }
        : { errorType: typeof error, errorMessage: String(error), trace: [] },
    ),
  );

/** The host is gone, or has given this process up: nobody is left to answer. */
const orphaned = () => process.exit(1);

let requestId;
async function die(kind, error) {
  console.error(error);
  const body = describe(error instanceof Error ? Object.assign(error, { name: kind ?? error.name }) : error);
  await call('POST', requestId === undefined ? '/init/error' : `/invocation/${requestId}/error`, body).catch(orphaned);
  process.exit(1);
}
process.on('uncaughtException', (error) => void die(undefined, error));
process.on('unhandledRejection', (reason) => void die('Runtime.UnhandledPromiseRejection', reason));

enableCompileCache();
let handler;
try {
  handler = (await import(pathToFileURL(module).href))[exportName];
  if (typeof handler !== 'function')
    throw Object.assign(new Error(`${module} exports no function ${exportName}`), { name: 'Runtime.HandlerNotFound' });
} catch (error) {
  await die(undefined, error);
}

for (;;) {
  const { headers, body } = await call('GET', '/invocation/next').catch(orphaned);
  requestId = headers['lambda-runtime-aws-request-id'];
  const deadline = Number(headers['lambda-runtime-deadline-ms']);
  process.env['_X_AMZN_TRACE_ID'] = headers['lambda-runtime-trace-id'];
  const context = {
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    awsRequestId: requestId,
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  };
  try {
    const result = await handler(JSON.parse(body.toString('utf8')), context);
    const answer = Buffer.from(JSON.stringify(result) ?? 'null');
    await call('POST', `/invocation/${requestId}/response`, answer).catch(orphaned);
  } catch (error) {
    console.error(error);
    await call('POST', `/invocation/${requestId}/error`, describe(error)).catch(orphaned);
  }
  requestId = undefined;
}

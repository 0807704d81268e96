/**
 * Stands in for `@aws-sdk/credential-providers` in the bundles: MongoDB's driver looks for that package, half a megabyte
 * of ways to find credentials, when it logs in by IAM. A function has its role's in its environment, renewed by Lambda.
 */
export const fromNodeProviderChain = () => () =>
  Promise.resolve({
    accessKeyId: process.env['AWS_ACCESS_KEY_ID'],
    secretAccessKey: process.env['AWS_SECRET_ACCESS_KEY'],
    sessionToken: process.env['AWS_SESSION_TOKEN'],
  });

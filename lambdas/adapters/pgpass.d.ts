/** The package has no types of its own. */
declare module 'pgpass' {
  interface Connection {
    readonly host: string;
    readonly port: number;
    readonly user: string;
    readonly database: string;
  }
  /** Looks the connection up in the file that PGPASSFILE names; undefined when it has no line for it. */
  export default function pgpass(connection: Connection, answer: (password: string | undefined) => void): void;
}

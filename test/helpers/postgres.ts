import { execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server, type Socket, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import postgres, { type Sql } from 'postgres';
import { describe, inject, onTestFinished } from 'vitest';

/** A PostgreSQL server of the tests' own, on loopback, and pgbouncer before it where it is installed. */

/** What all tests of one run share; undefined where the programs are missing. */
export interface SharedPostgres {
  readonly port: number;
  /** The port of pgbouncer: pool_mode=transaction, three connections. */
  readonly pooledPort: number | undefined;
}

declare module 'vitest' {
  export interface ProvidedContext {
    postgres: SharedPostgres | null;
  }
}

const HOW = 'needs PostgreSQL: apt-get install postgresql';
const HOW_POOLED = 'needs pgbouncer: apt-get install postgresql pgbouncer';

/** The folder of initdb and pg_ctl; undefined: PostgreSQL is not installed. */
export function postgresFolder(): string | undefined {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort().reverse() : [];
  const folders = [
    ...versions.map((version) => join(debian, version, 'bin')),
    ...(process.env['PATH'] ?? '').split(':'),
  ];
  return folders.find((folder) => existsSync(join(folder, 'initdb')));
}

/** PostgreSQL and pgbouncer refuse to run as root. */
function unprivileged(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string): number =>
    Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout.trim());
  return { uid: id('-u'), gid: id('-g') };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** One server with the database `groupctl` and the superuser `postgres`, which needs no password. */
export class PostgresServer {
  readonly port: number;
  readonly #bin: string;
  readonly #folder: string;

  private constructor(bin: string, folder: string, port: number) {
    this.#bin = bin;
    this.#folder = folder;
    this.port = port;
  }

  static async start(): Promise<PostgresServer | undefined> {
    const bin = postgresFolder();
    if (bin === undefined) return undefined;
    const folder = mkdtempSync(join(tmpdir(), 'groupctl-pg-'));
    const { uid, gid } = unprivileged();
    if (uid !== undefined && gid !== undefined) chownSync(folder, uid, gid);
    const server = new PostgresServer(bin, folder, await freePort());
    server.#run('initdb', [
      '-D',
      server.#data,
      '-U',
      'postgres',
      '-A',
      'trust',
      '-N',
      '-E',
      'UTF8',
    ]);
    const hba = [
      'host all with_password 127.0.0.1/32 scram-sha-256',
      'host all all 127.0.0.1/32 trust',
    ];
    server.#write('pg_hba.conf', hba);
    server.#write('postgresql.auto.conf', [
      `port = ${server.port}`,
      "listen_addresses = '127.0.0.1'",
      `unix_socket_directories = '${folder}'`,
      'fsync = off',
      'max_connections = 200',
      'log_min_messages = panic',
    ]);
    server.up();
    const sql = server.connect('postgres');
    await sql.unsafe('create database groupctl');
    await sql.end();
    return server;
  }

  get #data(): string {
    return join(this.#folder, 'data');
  }

  up(): void {
    this.#run('pg_ctl', ['-D', this.#data, '-w', '-l', join(this.#folder, 'log'), 'start']);
  }

  /** @param mode `immediate`: like a crash */
  down(mode: 'fast' | 'immediate' = 'fast'): void {
    this.#run('pg_ctl', ['-D', this.#data, '-w', '-m', mode, 'stop']);
  }

  /** Lets it speak TLS with a certificate for `localhost`, and gives back the file of its authority. */
  withTls(): string {
    const [key, cert] = [join(this.#data, 'server.key'), join(this.#data, 'server.crt')];
    execFileSync(
      'openssl',
      [
        ...['req', '-new', '-x509', '-days', '2', '-nodes', '-subj', '/CN=localhost'],
        ...['-addext', 'subjectAltName=DNS:localhost', '-keyout', key, '-out', cert],
      ],
      { stdio: 'ignore' },
    );
    const { uid, gid } = unprivileged();
    if (uid !== undefined && gid !== undefined)
      for (const path of [key, cert]) chownSync(path, uid, gid);
    execFileSync('chmod', ['0600', key]);
    const sql = spawnSync(join(this.#bin, 'psql'), [
      '-h',
      '127.0.0.1',
      '-p',
      String(this.port),
      '-U',
      'postgres',
      '-c',
      "alter system set ssl = 'on'",
      '-c',
      'select pg_reload_conf()',
      'postgres',
    ]);
    if (sql.status !== 0) throw new Error(String(sql.stderr));
    return cert;
  }

  connect(database = 'groupctl'): Sql {
    return adminOf(this.port, database);
  }

  remove(): void {
    try {
      this.down('immediate');
    } catch {
      // It is down already.
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Starts pgbouncer before it; undefined where it is not installed. */
  async startPooler(): Promise<number | undefined> {
    const program = ['/usr/sbin/pgbouncer', '/usr/bin/pgbouncer'].find(existsSync);
    if (program === undefined) return undefined;
    const port = await freePort();
    const folder = join(this.#folder, 'pooler');
    mkdirSync(folder);
    const { uid, gid } = unprivileged();
    if (uid !== undefined && gid !== undefined) chownSync(folder, uid, gid);
    const config = join(folder, 'pgbouncer.ini');
    writeFileSync(
      config,
      [
        '[databases]',
        `groupctl = host=127.0.0.1 port=${this.port} dbname=groupctl user=postgres`,
        '[pgbouncer]',
        'listen_addr = 127.0.0.1',
        `listen_port = ${port}`,
        'auth_type = any',
        'pool_mode = transaction',
        'default_pool_size = 3',
        'max_client_conn = 500',
        `unix_socket_dir =`,
        `logfile = ${join(folder, 'log')}`,
        `pidfile = ${join(folder, 'pid')}`,
      ].join('\n'),
    );
    const child = spawn(program, [config], { stdio: 'ignore', ...unprivileged() });
    child.unref();
    poolers.push(() => child.kill());
    await untilOpen(port);
    return port;
  }

  #run(program: string, args: readonly string[]): void {
    const result = spawnSync(join(this.#bin, program), args, {
      stdio: ['ignore', 'ignore', 'pipe'],
      encoding: 'utf8',
      // A server that it starts keeps its own standard error in the log.
      ...unprivileged(),
    });
    if (result.status !== 0) throw new Error(`${program} failed: ${result.stderr}`);
  }

  #write(name: string, lines: readonly string[]): void {
    writeFileSync(join(this.#data, name), `${lines.join('\n')}\n`);
  }
}

const poolers: (() => void)[] = [];

/** For the global set-up: one server and one pooler for all tests of a run. */
export async function startShared(): Promise<{ shared: SharedPostgres | null; stop: () => void }> {
  const server = await PostgresServer.start();
  if (server === undefined) return { shared: null, stop: () => undefined };
  const pooledPort = await server.startPooler();
  return {
    shared: { port: server.port, pooledPort },
    stop: () => {
      for (const stop of poolers) stop();
      server.remove();
    },
  };
}

export function adminOf(port: number, database = 'groupctl'): Sql {
  return postgres({
    host: '127.0.0.1',
    port,
    database,
    username: 'postgres',
    max: 1,
    prepare: false,
    onnotice: () => undefined,
  });
}

/** Tests with PostgreSQL; where it is missing, they are skipped by a name that says how to get it. */
export function describeWithPostgres(name: string, tests: (shared: SharedPostgres) => void): void {
  const shared = inject('postgres');
  if (shared === null) describe.skip(`${name} (${HOW})`, () => tests({ port: 0, pooledPort: 0 }));
  else describe(name, () => tests(shared));
}

export function describeWithPooler(
  name: string,
  tests: (shared: SharedPostgres & { readonly pooledPort: number }) => void,
): void {
  const { port = 0, pooledPort } = inject('postgres') ?? {};
  if (pooledPort === undefined) {
    describe.skip(`${name} (${HOW_POOLED})`, () => tests({ port: 0, pooledPort: 0 }));
  } else describe(name, () => tests({ port, pooledPort }));
}

/** A store of one test: a schema of its own, gone when the test is. */
export interface TestStore {
  readonly url: string;
  readonly schema: string;
  readonly sql: Sql;
}

/**
 * @param via the port that the store is used through: of a pooler, of a relay
 */
export function testStore(port: number, via = port, user = 'postgres'): TestStore {
  const schema = `t_${randomBytes(6).toString('hex')}`;
  const sql = adminOf(port);
  onTestFinished(async () => {
    await sql.unsafe(`drop schema if exists ${schema} cascade`).catch(() => undefined);
    await sql.end({ timeout: 1 });
  });
  return { url: `postgres://${user}@127.0.0.1:${via}/groupctl?schema=${schema}`, schema, sql };
}

/** Passes bytes on to a port, until it is told not to. */
export class Relay {
  readonly #server: Server;
  readonly #pairs = new Set<readonly [Socket, Socket]>();
  /** Nothing passes, and nothing is closed: a network that is gone. */
  frozen = false;
  /** Called with what a client sends; true: its answers do not come back, and it is cut off. */
  loseAnswerTo: ((sent: Buffer) => boolean) | undefined;
  /** Called before an intent is passed on, and before its answer is. */
  onIntent: ((when: 'sent' | 'answered') => void) | undefined;

  private constructor(target: number) {
    this.#server = createServer((client) => {
      const upstream = connect(target, '127.0.0.1');
      const pair = [client, upstream] as const;
      this.#pairs.add(pair);
      let lost = false;
      let asked = false;
      client.on('data', (data) => {
        if (this.frozen) return;
        lost ||= this.loseAnswerTo?.(data) === true;
        if (data.includes('intent\\"')) {
          this.onIntent?.('sent');
          asked = true;
        }
        upstream.write(data);
      });
      upstream.on('data', (data) => {
        if (this.frozen) return;
        if (asked) this.onIntent?.('answered');
        asked = false;
        if (lost) client.destroy();
        else client.write(data);
      });
      for (const one of pair) {
        one.on('error', () => undefined);
        one.on('close', () => {
          this.#pairs.delete(pair);
          if (this.frozen) return;
          client.destroy();
          upstream.end();
        });
      }
    });
  }

  static async to(target: number, host = '127.0.0.1'): Promise<Relay & { readonly port: number }> {
    const relay = new Relay(target);
    await new Promise<void>((resolve) => relay.#server.listen(0, host, resolve));
    onTestFinished(() => relay.close());
    const { port } = relay.#server.address() as { port: number };
    return Object.assign(relay, { port });
  }

  close(): void {
    this.#server.close();
    for (const pair of this.#pairs) for (const one of pair) one.destroy();
  }
}

async function untilOpen(port: number): Promise<void> {
  for (;;) {
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('connect', () => {
        socket.destroy();
        resolve(true);
      });
      socket.once('error', () => resolve(false));
    });
    if (isOpen) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { http, HttpResponse } from 'msw';
import {
  type Cli,
  type CliOptions,
  type CliResult,
  cli,
  temporaryFolder,
} from '../../../helpers/cli.ts';
import { type FakeGroup, type Turn } from '../../../helpers/proget.ts';
import { serve, type TestServer } from '../../../helpers/server.ts';
import { MEMBERS } from '../../../commands/helpers.ts';

/** A small ProGet with permissions and API keys, and a person who leaves. */

/** Real servers may answer with the key itself: it must come out nowhere. */
export const SECRET = 'c0ffee-S3CR3T-0001';

export class Company {
  groups: FakeGroup[] = [
    { name: 'Developers', users: ['djones', 'mbrown', 'CORP\\akhan'] },
    { name: 'QA', users: ['lchen', 'djones'] },
    { name: 'Empty', users: [] },
  ];
  users = ['djones', 'mbrown', 'lchen', 'jsmith', 'groupctl'].map((name) => ({ name }));
  permissions: object[] = [
    { id: 1, group: 'QA', task: 'View', deny: false },
    { id: 3, user: 'DJones', task: 'Promote Packages', feed: 'npm', deny: false },
  ];
  keys: { id: number; [more: string]: unknown }[] = [
    { id: 1, type: 'System', displayName: 'Deploy', key: `${SECRET}-1` },
    { id: 3, type: 'Personal', user: 'djones', displayName: 'Laptop', key: `${SECRET}-3` },
    { id: 4, type: 'Personal', user: 'mbrown', key: `${SECRET}-4` },
  ];
  /** By `METHOD call`: what is answered instead. */
  instead: Record<string, Turn | undefined> = {};

  members(name: string): string[] {
    return this.groups.find((group) => group.name === name)?.users ?? [];
  }

  async serve(): Promise<TestServer> {
    const handler = http.all('*/api/*', async ({ request }) => {
      const url = new URL(request.url);
      const call = `${request.method} ${url.pathname.replace(/^\/api\/(security\/)?/, '')}`;
      const instead = await this.instead[call]?.(request.clone());
      return instead ?? (await this.#answer(call, url, request));
    });
    // One handler is the whole server: whether it is asked at all, tests look for in its requests.
    handler.isUsed = true;
    return await serve(handler);
  }

  async #answer(call: string, url: URL, request: Request): Promise<Response> {
    switch (call) {
      case 'GET groups/list':
        return HttpResponse.json(this.groups);
      case 'GET users/list':
        return HttpResponse.json(this.users);
      case 'GET permissions/list':
        return HttpResponse.json(this.permissions);
      case 'GET api-keys/list':
        return HttpResponse.json(this.keys);
      case 'POST api-keys/delete':
        this.keys = this.keys.filter(({ id }) => String(id) !== url.searchParams.get('id'));
        return new HttpResponse(null, { status: 200 });
      case 'POST groups/update': {
        const posted = (await request.json()) as FakeGroup;
        this.groups = this.groups.map((group) => (group.name === posted.name ? posted : group));
        return HttpResponse.json(posted);
      }
      default:
        return new HttpResponse('no such call', { status: 404 });
    }
  }
}

export const OFFBOARD = [...MEMBERS, 'offboard'];
export const DJONES = [...OFFBOARD, '--member=djones'];

/** What wrote something. */
export const writesOf = (server: TestServer): string[] =>
  server.calls().filter((call) => !call.startsWith('GET'));

export interface Stage {
  readonly company: Company;
  readonly server: TestServer;
  readonly user: Cli;
  /** Runs the command on the source named Default. */
  readonly run: (argv: readonly string[], options?: CliOptions) => Promise<CliResult>;
}

export async function addSource(
  user: Cli,
  name: string,
  url: string,
  ...options: string[]
): Promise<void> {
  const login = options.length > 0 ? options : ['--api-key=abc12345', '--self=groupctl'];
  const added = await user.run(['sources', 'add', `--name=${name}`, `--url=${url}`, ...login]);
  if (added.code !== 0) throw new Error(added.stderr);
}

/** A user with that server as the source named Default. */
export async function stage(company = new Company(), ...login: string[]): Promise<Stage> {
  const server = await company.serve();
  const user = cli();
  await addSource(user, 'Default', server.url, ...login);
  return { company, server, user, run: (argv, options) => user.run(argv, options) };
}

export interface Two {
  readonly user: Cli;
  readonly one: TestServer;
  readonly two: TestServer;
  readonly companies: readonly [Company, Company];
}

/** Two servers, and a djones on each; on the second there is also a dana. */
export async function twoSources(): Promise<Two> {
  const companies = [new Company(), new Company()] as const;
  companies[1].groups = [
    { name: 'Ops', users: ['djones', 'lchen'] },
    { name: 'Web', users: ['Dana', 'lchen'] },
  ];
  companies[1].users.push({ name: 'Dana' });
  companies[1].permissions = [];
  companies[1].keys = [];
  const user = cli();
  const [one, two] = [await companies[0].serve(), await companies[1].serve()];
  await addSource(user, 'one', one.url);
  await addSource(user, 'two', two.url);
  return { user, one, two, companies };
}

/** A people.csv. */
export function mapFile(text: string): string {
  const path = join(temporaryFolder(), 'people.csv');
  writeFileSync(path, text);
  return path;
}

/** The same text with each run's id as RUN. */
export const withoutRuns = (text: string): string => text.replace(/\b[0-9A-Z]{26}\b/g, 'RUN');

import { hostname, userInfo } from 'node:os';

/** Who makes a run, for the audit trail: a user on a host, and the CI job if the environment names one. */
export interface Actor {
  readonly user: string;
  readonly host: string;
  readonly job?: string | undefined;
  readonly jobUrl?: string | undefined;
  /** All of it: `ci@build-7 (deploy, https://…)`. */
  readonly text: string;
}

type Env = Readonly<Record<string, string | undefined>>;

/** Where CI systems say which job runs, whose it is, and where it can be seen. */
const CI: readonly {
  readonly is: string;
  readonly user: string;
  readonly job: string;
  readonly url: (env: Env) => string | undefined;
}[] = [
  {
    is: 'GITHUB_ACTIONS',
    user: 'GITHUB_ACTOR',
    job: 'GITHUB_JOB',
    url: ({ GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: run }) =>
      run === undefined ? undefined : `${server ?? ''}/${repository ?? ''}/actions/runs/${run}`,
  },
  {
    is: 'GITLAB_CI',
    user: 'GITLAB_USER_LOGIN',
    job: 'CI_JOB_NAME',
    url: ({ CI_JOB_URL: url }) => url,
  },
  {
    is: 'TF_BUILD',
    user: 'BUILD_REQUESTEDFOR',
    job: 'BUILD_DEFINITIONNAME',
    url: ({
      SYSTEM_TEAMFOUNDATIONCOLLECTIONURI: server,
      SYSTEM_TEAMPROJECT: project,
      BUILD_BUILDID: id,
    }) =>
      id === undefined ? undefined : `${server ?? ''}${project ?? ''}/_build/results?buildId=${id}`,
  },
  {
    is: 'CIRCLECI',
    user: 'CIRCLE_USERNAME',
    job: 'CIRCLE_JOB',
    url: ({ CIRCLE_BUILD_URL: url }) => url,
  },
  {
    is: 'BUILDKITE',
    user: 'BUILDKITE_BUILD_CREATOR',
    job: 'BUILDKITE_PIPELINE_SLUG',
    url: ({ BUILDKITE_BUILD_URL: url }) => url,
  },
  // Jenkins, and others that follow it.
  { is: 'BUILD_URL', user: 'BUILD_USER_ID', job: 'JOB_NAME', url: ({ BUILD_URL: url }) => url },
];

export function actorOf(env: Env): Actor {
  const host = hostname();
  const ci = CI.find(({ is }) => (env[is] ?? '') !== '');
  const user = (ci && env[ci.user]) || localUser();
  if (ci === undefined) return { user, host, text: `${user}@${host}` };
  const job = env[ci.job] || undefined;
  const jobUrl = withoutLogin(ci.url(env));
  const named = [job, jobUrl].filter((part) => part !== undefined).join(', ');
  return { user, host, job, jobUrl, text: `${user}@${host}${named === '' ? '' : ` (${named})`}` };
}

/** A user without a name in the system (a container) has a number. */
function localUser(): string {
  try {
    return userInfo().username;
  } catch {
    return 'unknown';
  }
}

function withoutLogin(text: string | undefined): string | undefined {
  if (text === undefined || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  url.username = '';
  url.password = '';
  return url.href;
}

import { directorySuite } from '../../contract/directory-suite.ts';
import { openSubject } from '../../contract/subjects.ts';

directorySuite('proget', () =>
  openSubject(
    { kind: 'proget' },
    (url, apiKey) => ({
      name: 'proget',
      kind: 'proget',
      url,
      credentials: { type: 'api-key', apiKey },
    }),
    (admin) => ({
      addTwins: () => {
        const groups = [{ name: 'Developers', users: ['djones', 'Twin', 'TWIN'] }];
        return admin('PATCH', 'state', { proget: { groups } });
      },
      hideUsers: () => admin('PUT', 'faults', [{ path: 'users/list', status: 404, times: 0 }]),
    }),
  ),
);

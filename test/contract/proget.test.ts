import { directorySuite } from './directory-suite.ts';
import { openSubject } from './subjects.ts';

directorySuite('proget', () =>
  openSubject({ kind: 'proget' }, (url, apiKey) => ({
    name: 'proget',
    kind: 'proget',
    url,
    credentials: { type: 'api-key', apiKey },
  })),
);

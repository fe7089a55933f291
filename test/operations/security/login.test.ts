import { expect, it } from 'vitest';
import { withLogin } from '../../../src/operations/security/login.ts';
import { usage } from '../../cli/usage.ts';

it('half a login of a command about users is named by its own options', async () => {
  const show = ['security', 'users', 'show', '--username=jsmith', '--source=https://a.example'];
  expect(await usage(...show, '--login-username=Admin')).toBe(
    '--login-username is given without --login-password.',
  );
  expect(await usage(...show, '--login-password=hunter22')).toBe(
    '--login-password is given without --login-username.',
  );
});

it('a key counts instead of half a login', () => {
  expect(withLogin({ loginUsername: 'Admin', apiKey: 'abc12345' })).toMatchObject({
    apiKey: 'abc12345',
  });
});

import { describe, expect, it } from 'vitest';
import { serverWords } from '../../src/http/words.ts';

describe('the words of a page', () => {
  it('are its title, found in a moment in a long page', () => {
    const long = '<title'.repeat(150_000);
    expect(serverWords(`${long}<title lang="en">Sign in</title>`, 'text/html')).toBe(
      'an HTML page, "Sign in"',
    );
    expect(serverWords(long, 'text/html')).toBe('an HTML page');
  });
});

import { describe, expect, it } from 'vitest';
import { isOfTheGroup } from '../../../../src/backends/infisical/wire/hints.ts';

describe('isOfTheGroup', () => {
  it('knows the words about a plan, in a moment in a long text', () => {
    expect(isOfTheGroup('Failed due to plan restriction. Upgrade your Infisical plan.')).toBe(true);
    expect(isOfTheGroup('You have to upgrade to the enterprise plan.')).toBe(true);
    expect(isOfTheGroup('upgrade '.repeat(200_000))).toBe(false);
  });
});

import { describe, expect, it } from 'vitest';
import { sentences } from '../../src/domain/sentences.ts';

describe('sentences', () => {
  it.each([
    [['One.', 'Two.'], 'One. Two.'],
    [['boom happened', 'Nothing was written.'], 'boom happened. Nothing was written.'],
    [['Which one?', 'Cut off…', 'Two'], 'Which one? Cut off… Two'],
    [['Look at it with: groupctl history'], 'Look at it with: groupctl history'],
    [[undefined, 'Two.', ''], 'Two.'],
    [[undefined], ''],
  ])('are %j in one line', (texts, line) => {
    expect(sentences(...texts)).toBe(line);
  });
});

import { expect, it } from 'vitest';
import { parsedJson } from '../../src/domain/parsed-json.ts';

it('is what the text holds, and undefined for a text that is no JSON', () => {
  expect(parsedJson('{"a":[1,null]}')).toEqual({ a: [1, null] });
  expect(parsedJson('null')).toBeNull();
  expect(parsedJson('')).toBeUndefined();
  expect(parsedJson('{"a":')).toBeUndefined();
});

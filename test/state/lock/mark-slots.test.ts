import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SLOT_BYTES } from '../../../src/state/lock/mark-file.ts';
import { MarkSlots } from '../../../src/state/lock/mark-slots.ts';
import { temporaryFolder } from '../../helpers/cli.ts';

const RECORD = { at: 1, limit: 2, sends: 1, op: 'add', member: 'm' } as const;

describe('the file of marks', () => {
  it('has a mark in its slot, and no file once no mark is left', () => {
    const path = join(temporaryFolder(), 'a.lock.in-flight.1');
    const slots = new MarkSlots(path);
    expect([slots.take(), slots.take()]).toEqual([0, 1]);
    expect([slots.open(), slots.open()]).toEqual([true, false]);
    slots.put(1, RECORD);
    expect(JSON.parse(readFileSync(path, 'latin1').slice(SLOT_BYTES))).toEqual(RECORD);
    slots.clear(1, true);
    expect(readFileSync(path, 'latin1').slice(SLOT_BYTES).trim()).toBe('');
    slots.free(1);
    expect([slots.take(), slots.take()]).toEqual([1, 2]);
    slots.close(false);
    expect(existsSync(path)).toBe(false);
  });

  it('keeps what is under way when it is closed, and empties what is over', () => {
    const path = join(temporaryFolder(), 'a.lock.in-flight.1');
    const slots = new MarkSlots(path);
    slots.open();
    slots.put(0, RECORD);
    slots.put(1, { ...RECORD, member: 'n' });
    slots.clear(0, false);
    slots.close(true);
    const lines = readFileSync(path, 'latin1').split('\n');
    expect(lines.map((line) => line.trim() !== '')).toEqual([false, true, false]);
  });

  it.runIf(existsSync('/dev/full'))('lets no write pass unmarked when the disk is full', () => {
    const slots = new MarkSlots('/dev/full');
    slots.open();
    const error = { kind: 'config', code: 'state-not-writable' };
    expect(() => slots.put(0, RECORD)).toThrow(expect.objectContaining(error));
    // An answer was received all the same: its run goes on.
    expect(() => slots.update(0, RECORD)).not.toThrow();
    expect(() => slots.clear(0, true)).not.toThrow();
  });

  it('is an error where no file can be made', () => {
    const slots = new MarkSlots(join(temporaryFolder(), 'none', 'a.lock'));
    const error = { kind: 'config', code: 'state-not-writable' };
    expect(() => slots.open()).toThrow(expect.objectContaining(error));
  });
});

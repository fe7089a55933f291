import { type Node, parseTree } from 'jsonc-parser';
import { sameName } from '../../domain/names.ts';
import { escapeUnseen } from '../../output/safe-text.ts';
import { isFailuresColumn, failuresColumns } from '../display-names.ts';
import type { FailedRow } from './failed-row.ts';

/**
 * The failed rows as JSON, indented by two. Values are as they were written: a number that JavaScript
 * cannot hold would become another one, and it may be somebody's id.
 *
 * @param column the key of the names in the file
 * @param called what it is called in this one
 */
export function jsonText(
  rows: readonly FailedRow[],
  column = 'member',
  called: string = column,
): string {
  const elements = rows.map((row) => block(propertiesOf(row, column, called), '{}', '  '));
  return `${escapeUnseen(block(elements, '[]', ''))}\n`;
}

function propertiesOf(row: FailedRow, column: string, called: string): string[] {
  const { name, type, record, outcome, error } = row;
  const [outcomeKey, errorKey] = failuresColumns(column).map((each) => each.toLowerCase());
  const kept = typeof record === 'string' ? keptProperties(record, column, called) : undefined;
  const typed = type === 'identity' ? [property('type', type)] : [];
  return [
    ...(kept ?? [property(called, name), ...typed]),
    property(outcomeKey ?? '', outcome),
    property(errorKey ?? '', error),
  ];
}

/** Those of an object but for what an earlier run wrote; undefined for a text. */
function keptProperties(text: string, column: string, called: string): string[] | undefined {
  const element = parseTree(text);
  if (element?.type !== 'object') return undefined;
  return (element.children ?? []).flatMap((each) => {
    const key = String(each.children?.[0]?.value);
    if (key !== column && isFailuresColumn(key, column)) return [];
    const written = textOf(each, text, '    ');
    const isRenamed = called !== column && sameName(key, column);
    return isRenamed ? [`"${called}${written.slice(written.indexOf('":'))}`] : [written];
  });
}

function property(key: string, value: string): string {
  return `${JSON.stringify(key)}: ${JSON.stringify(value)}`;
}

/** A part of a JSON text as JSON.stringify indents it, with each value as it is written. */
function textOf(
  { type, offset, length, children = [] }: Node,
  text: string,
  indent: string,
): string {
  const inner = children.map((each) =>
    textOf(each, text, type === 'property' ? indent : `${indent}  `),
  );
  if (type === 'property') return inner.join(': ');
  if (type === 'object') return block(inner, '{}', indent);
  if (type === 'array') return block(inner, '[]', indent);
  return text.slice(offset, offset + length);
}

function block(parts: readonly string[], brackets: '{}' | '[]', indent: string): string {
  const [open = '', close = ''] = brackets;
  if (parts.length === 0) return brackets;
  return `${open}\n${parts.map((each) => `${indent}  ${each}`).join(',\n')}\n${indent}${close}`;
}

// V8 parses all of a file that it loads, and each function once more when it runs. What everyday commands
// do not call is moved to a file next to its own, which is loaded when something of it is called. What an
// add calls is compiled at once, as V8 does with a function in parentheses.
import ts from 'typescript';
import { assignedIn, classesIn, namesOf, outerNamesOf } from './names.mjs';

/** A shorter function saves less than what would stand in its place. */
const SHORTEST = 200;

/**
 * Splits the text of a file of dist/.
 *
 * @param rareName the name of the file that functions are moved to
 * @param callsAt which functions are called, by place, as countCalls() returns it; a function that is
 *   missing stays as it is
 * @returns the text of both files; `rare` is undefined where no function is moved
 */
export function splitRare(text, rareName, callsAt) {
  const source = ts.createSourceFile('bundle.js', text, ts.ScriptTarget.Latest, true);
  const calls = (node) => callsAt.get(`${node.getStart(source)}-${node.end}`);
  const scopes = [source.statements, ...packagesIn(source)];
  const edits = scopes.flatMap((statements) => compiledAtOnce(source, statements, calls));
  const moved = rareFunctions(source, scopes, calls);
  if (moved.length === 0) return { text: edited(text, edits) };
  edits.push(
    { at: startOf(source, source.statements), text: loaderOf(rareName) },
    ...moved.map(({ node, names }, at) => replacing(source, node, stubOf(source, node, at, names))),
    // What was called while the file was loading may have seen names without a value.
    { at: text.length, text: ';__made=[];' },
  );
  return { text: edited(text, edits), rare: rareText(source, moved) };
}

function loaderOf(rareName) {
  return `var __made=[];function __rare(at,names){return __made[at]??=require("./${rareName}").functions[at](...names)}`;
}

function stubOf(source, node, at, names) {
  const isStatic = node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.StaticKeyword);
  const start = ts.isFunctionDeclaration(node) ? 'function ' : isStatic ? 'static ' : '';
  const call = `__rare(${at},[${names.join(',')}]).apply(this,arguments)`;
  return `${start}${node.name.getText(source)}(){return ${call}}`;
}

function rareText(source, moved) {
  const functions = moved.map(({ node, names }) => {
    const isFunction = ts.isFunctionDeclaration(node);
    const value = asExpression(source, node, isFunction ? node.name.text : '');
    // The code of a class is strict wherever it is.
    return `(${names.join(',')})=>${isFunction ? value : `{"use strict";return ${value}}`}`;
  });
  return `exports.functions=[${functions.join(',\n')}];\n`;
}

/** A function or method as an expression. */
function asExpression(source, node, name) {
  const isAsync = node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword);
  const start = `${isAsync ? 'async ' : ''}function${node.asteriskToken ? '*' : ''}`;
  return `${start} ${name}${source.text.slice(node.name.end, node.end)}`;
}

/** The functions and methods that move, and the names of their file that each uses. */
function rareFunctions(source, scopes, calls) {
  const assigned = assignedIn(source);
  const classes = classesIn(source);
  const outer = namesOf(source.statements);
  return scopes.flatMap((statements) => {
    const around = new Set([...outer, ...namesOf(statements)]);
    // A function of a package may be called before the names that it uses have values.
    const functions =
      statements === source.statements ? statements.filter(ts.isFunctionDeclaration) : [];
    return [...functions, ...statements.flatMap(methodsIn)].flatMap((node) => {
      const isRare =
        node.end - node.getStart(source) >= SHORTEST && calls(node)?.isCalled === false;
      if (!isRare || assigned.has(node.name.text) || classes.has(node.name.text)) return [];
      const names = outerNamesOf(node, around);
      return names === undefined || names.some((name) => assigned.has(name))
        ? []
        : [{ node, names }];
    });
  });
}

/** The methods of classes that a statement declares, as far as they mean the same outside of the class. */
function methodsIn(statement) {
  const values = ts.isVariableStatement(statement)
    ? statement.declarationList.declarations.map(({ initializer }) => initializer)
    : [statement];
  const classes = values.filter((node) => node !== undefined && ts.isClassLike(node));
  const methods = classes.flatMap(({ members }) => members.filter(ts.isMethodDeclaration));
  return methods.filter((node) => !isOfClass(node));
}

/** True where a node uses a private name or `super`. */
function isOfClass(node) {
  return (
    ts.isPrivateIdentifier(node) ||
    node.kind === ts.SyntaxKind.SuperKeyword ||
    ts.forEachChild(node, isOfClass) === true
  );
}

/** The statements of CommonJS modules. */
function packagesIn(source) {
  const found = [];
  const visit = (node) => {
    if (ts.isCallExpression(node) && node.expression.getText(source) === '__commonJS') {
      const [module] = node.arguments[0].properties;
      found.push((module.initializer?.expression ?? module).body.statements);
    } else ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** The functions that an add calls become values of variables at the start, where V8 would create them. */
function compiledAtOnce(source, statements, calls) {
  const called = statements
    .filter(ts.isFunctionDeclaration)
    .filter((node) => calls(node)?.isInAdd === true);
  if (called.length === 0) return [];
  const values = called.map((node) => `${node.name.text}=(${asExpression(source, node, '')})`);
  return [
    { at: startOf(source, statements), text: `var ${values.join(',')};` },
    ...called.map((node) => replacing(source, node, '')),
  ];
}

/** Where the statements after `"use strict"` begin. */
function startOf(source, statements) {
  const isDirective = (node) =>
    ts.isExpressionStatement(node) && ts.isStringLiteral(node.expression);
  return statements.find((node) => !isDirective(node)).getStart(source);
}

function replacing(source, node, text) {
  return { at: node.getStart(source), to: node.end, text };
}

function edited(text, edits) {
  let from = 0;
  // What is put in at a place comes before what is replaced there.
  const inOrder = edits.sort((a, b) => a.at - b.at || (a.to ?? 0) - (b.to ?? 0));
  const parts = inOrder.map((edit) => {
    const part = text.slice(from, edit.at) + edit.text;
    from = edit.to ?? edit.at;
    return part;
  });
  return parts.join('') + text.slice(from);
}

// The names of variables in a text, as far as moving a function to another file needs them.
import ts from 'typescript';

/** Names that mean the same in each file of one folder. */
const EVERYWHERE = new Set([
  ...Object.getOwnPropertyNames(globalThis),
  'require',
  '__dirname',
  'arguments',
]);
const DECLARATIONS = [
  ts.isVariableDeclaration,
  ts.isParameter,
  ts.isFunctionDeclaration,
  ts.isFunctionExpression,
  ts.isClassLike,
];
const STEPS = [ts.SyntaxKind.PlusPlusToken, ts.SyntaxKind.MinusMinusToken];

/** The names that statements declare for others of them. */
export function namesOf(statements) {
  const names = new Set();
  for (const node of statements) {
    if (ts.isVariableStatement(node)) {
      for (const { name } of node.declarationList.declarations) addNames(name, names);
    } else if (node.name) names.add(node.name.text);
  }
  return names;
}

function addNames(name, names) {
  if (ts.isIdentifier(name)) names.add(name.text);
  else for (const element of name.elements) if (element.name) addNames(element.name, names);
}

/**
 * The names that a function uses of those around it; undefined where that is not certain: it uses a
 * name that nobody declares, or declares one that is declared around it, too.
 */
export function outerNamesOf(node, around) {
  const own = new Set();
  const visit = (below) => {
    if (DECLARATIONS.some((isOne) => isOne(below)) && below.name) addNames(below.name, own);
    ts.forEachChild(below, visit);
  };
  ts.forEachChild(node, visit);
  const itself = ts.isFunctionDeclaration(node) ? node.name.text : undefined;
  const used = [...usedIn(node)].filter((name) => name !== itself);
  const isCertain = used.every(
    (name) => around.has(name) !== own.has(name) || (!own.has(name) && EVERYWHERE.has(name)),
  );
  return isCertain ? used.filter((name) => around.has(name)) : undefined;
}

/** The names of variables below a node, and no names of properties. */
function usedIn(top) {
  const used = new Set();
  const visit = (node) => {
    if (ts.isIdentifier(node)) used.add(node.text);
    ts.forEachChild(node, (below) => {
      const isProperty = isNamedMember(node) || ts.isPropertyAccessExpression(node);
      const isOther = [isProperty ? node.name : undefined, node.propertyName, node.label].includes(
        below,
      );
      if (!isOther || ts.isComputedPropertyName(below)) visit(below);
    });
  };
  visit(top);
  return used;
}

function isNamedMember(node) {
  return ts.isPropertyAssignment(node) || ts.isClassElement(node) || ts.isMetaProperty(node);
}

/** The names that get another value somewhere in a text. */
export function assignedIn(source) {
  return namesAmong(source, (node) => {
    if (ts.isBinaryExpression(node)) {
      return ts.isAssignmentOperator(node.operatorToken.kind) ? node.left : undefined;
    }
    if (ts.isForInStatement(node) || ts.isForOfStatement(node)) return node.initializer;
    const isUnary = ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node);
    return isUnary && STEPS.includes(node.operator) ? node.operand : undefined;
  });
}

/** The names that a text uses as those of classes. */
export function classesIn(source) {
  return namesAmong(source, (node) => {
    const isPrototype = ts.isPropertyAccessExpression(node) && node.name.text === 'prototype';
    const isClass = isPrototype || ts.isNewExpression(node) || ts.isHeritageClause(node.parent);
    return isClass ? node.expression : undefined;
  });
}

/** The names in what `targetOf` finds. The object of a property stays what it is. */
function namesAmong(source, targetOf) {
  const names = new Set();
  const visit = (node) => {
    const target = targetOf(node);
    if (target !== undefined && !ts.isAccessExpression(target)) {
      for (const name of usedIn(target)) names.add(name);
    }
    ts.forEachChild(node, visit);
  };
  ts.forEachChild(source, visit);
  return names;
}

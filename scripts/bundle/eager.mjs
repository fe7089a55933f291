// Functions that run as soon as their file is loaded: V8 would parse them twice, once to find their
// end and once to compile them. It compiles a function in parentheses at once.
import ts from 'typescript';

/** The text of a bundle with the functions around its CommonJS modules in parentheses. */
export function compileModulesAtOnce(text) {
  const edits = [];
  const visit = (node) => {
    if (ts.isCallExpression(node) && node.expression.getText(source) === '__commonJS') {
      const [module] = node.arguments[0].properties;
      edits.push({ at: module.name.end, text: ':(function' }, { at: module.end, text: ')' });
    } else ts.forEachChild(node, visit);
  };
  const source = ts.createSourceFile('bundle.js', text, ts.ScriptTarget.Latest);
  visit(source);
  let from = 0;
  const parts = edits.map((edit) => {
    const part = text.slice(from, edit.at) + edit.text;
    from = edit.at;
    return part;
  });
  return parts.join('') + text.slice(from);
}

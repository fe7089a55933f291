import { runInNewContext } from 'node:vm';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { type Calls, splitRare } from '../../../scripts/bundle/rare.mjs';

const LONG = `/*${'-'.repeat(200)}*/`;

/** Splits a text whose functions nobody calls, apart from those of these names. */
function split(text: string, called: readonly string[] = []): ReturnType<typeof splitRare> {
  const calls = new Map<string, { isCalled: boolean; isInAdd: boolean }>();
  const source = ts.createSourceFile('a.js', text, ts.ScriptTarget.Latest, true);
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node)) {
      const isCalled = called.includes(node.name?.getText(source) ?? '');
      calls.set(`${node.getStart(source)}-${node.end}`, { isCalled, isInAdd: isCalled });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return splitRare(text, 'a-rare.js', calls satisfies Calls);
}

/** What the text of both files computes: its variable `result`. */
async function run({ text, rare }: ReturnType<typeof splitRare>): Promise<unknown> {
  let loaded = 0;
  const require = (name: string): unknown => {
    expect(name).toBe('./a-rare.js');
    const exports: Record<string, unknown> = {};
    loaded += 1;
    runInNewContext(`(exports)=>{${rare ?? ''}}`)(exports);
    return exports;
  };
  const result: unknown = await runInNewContext(`${text};result`, { require });
  return { result: JSON.parse(JSON.stringify(result)) as unknown, loaded };
}

describe('splitRare', () => {
  it('moves a function that is not called, with the names that it uses', async () => {
    const text = `var greeting="Hi";function greet(name){${LONG}return word(greeting)+name}function word(x){return x+" "}var result=typeof greet;`;
    const both = split(text, ['word']);
    expect(both.text).not.toContain('---');
    expect(both.text).toContain('function greet(){return __rare(0,[word,greeting])');
    expect(both.rare).toMatch(/^exports\.functions=\[\(word,greeting\)=>function greet\(name\)/);
    expect(await run(both)).toEqual({ result: 'function', loaded: 0 });
  });

  it.each([
    [
      'a function',
      `function f(a,b=2){${LONG}return [this.x,a,b,arguments.length]}var result=f.call({x:1},5)`,
      [1, 5, 2, 1],
    ],
    ['an async one', `async function f(a){${LONG}return await a}var result=f(7)`, 7],
    ['a generator', `function*f(a){${LONG}yield a;yield 2}var result=[...f(1)]`, [1, 2]],
    ['one that calls itself', `function f(n){${LONG}return n===0?0:n+f(n-1)}var result=f(3)`, 6],
    ['a method', `class A{x=1;m(y){${LONG}return this.x+y}}var result=new A().m(2)`, 3],
    ['an async method', `class A{async m(y){${LONG}return y}}var result=new A().m(4)`, 4],
    ['a method that yields', `class A{*m(){${LONG}yield 1}}var result=[...new A().m()]`, [1]],
    ['a static method', `var A=class{static m(y){${LONG}return y}};var result=A.m(8)`, 8],
    [
      'a method with a computed name',
      `var k=Symbol();class A{[k](){${LONG}return 9}}var result=new A()[k]()`,
      9,
    ],
    [
      'a method, which is strict',
      `class A{m(){${LONG}return this===undefined}}var {m}=A.prototype,result=m()`,
      true,
    ],
    [
      'names of properties',
      `var a=1;function f(o){${LONG}let {b:c}=o;x:for(;;)break x;return {a,b:o.a,d(){return c}}.b}var result=f({a:3,b:4})`,
      3,
    ],
  ])('keeps the meaning of %s', async (_, text, result) => {
    const both = split(text);
    expect(both.rare).toBeDefined();
    expect(await run(both)).toEqual({ result, loaded: 1 });
  });

  it('loads a function again that was called before its names had values', async () => {
    const text = `var first=f();var late=1;function f(){${LONG}return late??"none"}var result;function g(){result=[first,f()]}var done=1;`;
    const { text: loading, rare } = split(text, ['g']);
    expect(await run({ text: `${loading}g()`, ...(rare === undefined ? {} : { rare }) })).toEqual({
      result: ['none', 1],
      loaded: 2,
    });
  });

  it.each([
    ['uses a name whose value changes', `var n=0;function f(){${LONG}return n}n++`],
    ['changes a name', `var n=0;function f(){${LONG}n=1}`],
    ['uses a name that nobody declares', `function f(){${LONG}return module.id}`],
    ['declares a name that is declared around it', `var n=1;function f(){${LONG}let n=2;return n}`],
    ['is a class', `function F(){${LONG}this.x=1}var result=new F()`],
    ['is the class of a class', `function F(){${LONG}}class G extends F{}`],
    ['has a prototype', `function F(){${LONG}}F.prototype.x=1`],
    ['is replaced', `function f(){${LONG}}f=1`],
    ['uses a private name', `class A{#x=1;m(){${LONG}return this.#x}}`],
    ['uses the class above', `class A extends Object{m(){${LONG}return super.toString()}}`],
    ['uses the name inside of its class', `var A=class B{m(){${LONG}return B}}`],
    ['is short', 'function f(){return 1}'],
  ])('leaves a function where it is that %s', (_, text) => {
    expect(split(text)).toEqual({ text });
  });

  it('leaves a function where it is of which nothing is known', () => {
    const text = `function f(){${LONG}}`;
    expect(splitRare(text, 'a-rare.js', new Map())).toEqual({ text });
  });

  it('compiles a function at once that an add calls, and before anything uses it', async () => {
    const text =
      '"use strict";var result=[f(1),g.name];function f(a){return a+1}async function g(){}';
    const both = split(text, ['f', 'g']);
    expect(both).toEqual({
      text: '"use strict";var f=(function (a){return a+1}),g=(async function (){});var result=[f(1),g.name];',
    });
    expect(await run(both)).toEqual({ result: [2, 'g'], loaded: 0 });
  });

  it('compiles the functions of a package at once, and leaves rare ones there', () => {
    const text = `var require_a=__commonJS({"a.js":(function(exports,module){function f(){return 1}function g(){${LONG}}module.exports=f})});`;
    expect(split(text, ['f']).text).toBe(
      `var require_a=__commonJS({"a.js":(function(exports,module){var f=(function (){return 1});function g(){${LONG}}module.exports=f})});`,
    );
  });
});

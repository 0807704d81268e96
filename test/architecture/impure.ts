import ts from 'typescript';

/** Globals that are clock, chance, surroundings or the world; `import.meta` is one too. */
const GLOBALS = new Set(
  (
    'process globalThis global performance console navigator require eval Function ' +
    'setTimeout setInterval setImmediate queueMicrotask fetch WebSocket crypto Intl'
  ).split(' '),
);
/** Methods whose answer depends on the machine's time zone or language. */
const LOCAL =
  /^(toLocale\w*|localeCompare|toDateString|toTimeString|get(Hours|Minutes|Seconds|Milliseconds|Date|Day|Month|FullYear|TimezoneOffset)|set(Hours|Minutes|Seconds|Milliseconds|Date|Month|FullYear))$/;
/** What of Node's modules computes; the rest of node:crypto makes chance. */
const OF_NODE: Readonly<Record<string, readonly string[]>> = {
  'node:crypto': ['hash', 'createHash'],
  'node:buffer': ['Buffer', 'isUtf8', 'isAscii'],
};
/** `Date.parse` is for texts of one form that the caller has checked: see `parseInstant`. */
const OF_DATE = ['UTC', 'parse'];

/**
 * Places where a file reads clock, chance, time zone, language or surroundings.
 *
 * @returns such as `12: Date.now`
 */
export function impure(text: string): string[] {
  const file = ts.createSourceFile('file.ts', text, ts.ScriptTarget.ESNext, true);
  const found: string[] = [];
  const report = (node: ts.Node, what: string): void => {
    found.push(`${file.getLineAndCharacterOfPosition(node.getStart()).line + 1}: ${what}`);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node)) return;
    if (ts.isImportDeclaration(node)) {
      importOfNode(node, report);
      return;
    }
    if (ts.isMetaProperty(node)) report(node, node.getText());
    const name = memberName(node);
    if (name !== undefined && LOCAL.test(name)) report(node, name);
    if (ts.isIdentifier(node) && isReference(node)) reference(node, report);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

type Report = (node: ts.Node, what: string) => void;

function importOfNode({ moduleSpecifier, importClause }: ts.ImportDeclaration, report: Report): void {
  const module = (moduleSpecifier as ts.StringLiteral).text;
  if (!module.startsWith('node:')) return;
  const bindings = importClause?.namedBindings;
  const names =
    bindings !== undefined && ts.isNamedImports(bindings)
      ? bindings.elements.map(({ propertyName, name }) => (propertyName ?? name).text)
      : ['*'];
  for (const name of names) if (!OF_NODE[module]?.includes(name)) report(moduleSpecifier, `${name} of ${module}`);
}

function reference(node: ts.Identifier, report: Report): void {
  const { parent, text } = node;
  if (GLOBALS.has(text)) report(node, text);
  const member = memberName(parent);
  if (text === 'Math' && (member === undefined || member === 'random')) report(parent, 'Math.random');
  if (text !== 'Date') return;
  if (ts.isNewExpression(parent) && parent.expression === node) {
    if ((parent.arguments ?? []).length === 0) report(parent, 'new Date()');
  } else if (member === undefined || !OF_DATE.includes(member)) report(parent, `Date.${member ?? '*'}`);
}

/** Of `a.name` and `a['name']`. */
function memberName(node: ts.Node): string | undefined {
  if (ts.isPropertyAccessExpression(node)) return node.name.text;
  if (ts.isElementAccessExpression(node) && ts.isStringLiteralLike(node.argumentExpression))
    return node.argumentExpression.text;
  return undefined;
}

/** Whether the identifier stands for a value here: it is no member's, property's or declaration's name. */
function isReference(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isPropertyAssignment(parent)) return parent.initializer === node;
  if (ts.isBindingElement(parent)) return parent.initializer === node;
  return !(
    ts.isPropertyDeclaration(parent) ||
    ts.isMethodDeclaration(parent) ||
    ts.isPropertySignature(parent) ||
    ts.isMethodSignature(parent) ||
    ts.isImportSpecifier(parent) ||
    ts.isExportSpecifier(parent) ||
    (ts.isVariableDeclaration(parent) && parent.name === node) ||
    (ts.isParameter(parent) && parent.name === node)
  );
}

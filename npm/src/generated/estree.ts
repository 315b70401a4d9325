// Made by `cargo xtask gen-js`; see xtask/src/gen_js.

import type { Node, Tree } from "../estree/tree.js";

const operator: readonly string[] = ["","+","-","!","~","typeof","void","delete","++","--","*","/","%","**","<<",">>",">>>","<",">","<=",">=","==","!=","===","!==","&","^","|","in","instanceof","&&","||","??","=","+=","-=","*=","/=","%=","**=","<<=",">>=",">>>=","&=","^=","|=","&&=","||=","??="];
const variable: readonly string[] = ["var","let","const"];
const property: readonly string[] = ["init","get","set"];
const method: readonly string[] = ["constructor","method","get","set"];

/** How many words a record of each kind has behind its head. */
export const fields: readonly number[] = [0, 1, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 2, 1, 2, 1, 1, 3, 2, 2, 1, 3, 2, 2, 2, 4, 3, 3, 3, 1, 2, 3, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 1, 2, 3, 2, 1, 1, 2, 2, 2, 3, 2, 2, 2, 1, 1, 1, 1, 2, 2, 0, 2, 0, 1, 3, 1, 1, 2, 1, 1, 2, 2, 1, 3, 2, 1, 1, 2, 4, 2, 1, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 3, 2, 1, 0, 0, 0, 2, 2, 2, 1, 1, 0, 1, 0];

/** The numbers of kinds that are more than their fields. */
export const PROGRAM = 1;
export const COMMENT = 2;
export const HOLE = 3;
export const EXPRESSION_STATEMENT = 8;
export const IDENTIFIER = 32;
export const PRIVATE_IDENTIFIER = 33;
export const STRING_LITERAL = 34;
export const NUMERIC_LITERAL = 35;
export const BIG_INT_LITERAL = 36;
export const REG_EXP_LITERAL = 37;
export const BOOLEAN_LITERAL = 38;
export const NULL_LITERAL = 39;
export const TEMPLATE_ELEMENT = 62;
export const META_PROPERTY = 64;

/** The bits of their flags. */
export const COOKED = 0x200;
export const BLOCK = 0x400;
export const DIRECTIVE = 0x400;
export const TAIL = 0x400;
export const TRUE = 0x400;
export const NO_VALUE = 0x800;
export const HTML_OPEN = 0x1000;
export const HTML_CLOSE = 0x2000;

/** A node that is its fields and flags, of the record that begins with this word. */
export function node(tree: Tree, at: number, word: number, start: number, end: number): Node | undefined {
  switch (word & 0xff) {
    case 9:
      return { type: "BlockStatement", start, end, body: tree.list(at + 4) };
    case 10:
      return { type: "EmptyStatement", start, end };
    case 11:
      return { type: "DebuggerStatement", start, end };
    case 12:
      return { type: "WithStatement", start, end, object: tree.one(at + 4), body: tree.one(at + 5) };
    case 13:
      return { type: "ReturnStatement", start, end, argument: tree.one(at + 4) };
    case 14:
      return { type: "LabeledStatement", start, end, label: tree.one(at + 4), body: tree.one(at + 5) };
    case 15:
      return { type: "BreakStatement", start, end, label: tree.one(at + 4) };
    case 16:
      return { type: "ContinueStatement", start, end, label: tree.one(at + 4) };
    case 17:
      return { type: "IfStatement", start, end, test: tree.one(at + 4), consequent: tree.one(at + 5), alternate: tree.one(at + 6) };
    case 18:
      return { type: "SwitchStatement", start, end, discriminant: tree.one(at + 4), cases: tree.list(at + 5) };
    case 19:
      return { type: "SwitchCase", start, end, test: tree.one(at + 4), consequent: tree.list(at + 5) };
    case 20:
      return { type: "ThrowStatement", start, end, argument: tree.one(at + 4) };
    case 21:
      return { type: "TryStatement", start, end, block: tree.one(at + 4), handler: tree.one(at + 5), finalizer: tree.one(at + 6) };
    case 22:
      return { type: "CatchClause", start, end, param: tree.one(at + 4), body: tree.one(at + 5) };
    case 23:
      return { type: "WhileStatement", start, end, test: tree.one(at + 4), body: tree.one(at + 5) };
    case 24:
      return { type: "DoWhileStatement", start, end, body: tree.one(at + 4), test: tree.one(at + 5) };
    case 25:
      return { type: "ForStatement", start, end, init: tree.one(at + 4), test: tree.one(at + 5), update: tree.one(at + 6), body: tree.one(at + 7) };
    case 26:
      return { type: "ForInStatement", start, end, left: tree.one(at + 4), right: tree.one(at + 5), body: tree.one(at + 6) };
    case 27:
      return { type: "ForOfStatement", start, end, left: tree.one(at + 4), right: tree.one(at + 5), body: tree.one(at + 6), await: (word & 0x400) !== 0 };
    case 28:
      return { type: "FunctionDeclaration", start, end, id: tree.one(at + 4), params: tree.list(at + 5), body: tree.one(at + 6), expression: false, async: (word & 0x400) !== 0, generator: (word & 0x800) !== 0 };
    case 29:
      return { type: "VariableDeclaration", start, end, declarations: tree.list(at + 4), kind: variable[word >>> 16] };
    case 30:
      return { type: "VariableDeclarator", start, end, id: tree.one(at + 4), init: tree.one(at + 5) };
    case 31:
      return { type: "ClassDeclaration", start, end, id: tree.one(at + 4), superClass: tree.one(at + 5), body: tree.one(at + 6) };
    case 40:
      return { type: "ThisExpression", start, end };
    case 41:
      return { type: "Super", start, end };
    case 42:
      return { type: "ArrayExpression", start, end, elements: tree.list(at + 4) };
    case 43:
      return { type: "ObjectExpression", start, end, properties: tree.list(at + 4) };
    case 44:
      return { type: "Property", start, end, key: tree.one(at + 4), value: tree.one(at + 5), computed: (word & 0x400) !== 0, method: (word & 0x800) !== 0, shorthand: (word & 0x1000) !== 0, kind: property[word >>> 16] };
    case 45:
      return { type: "FunctionExpression", start, end, id: tree.one(at + 4), params: tree.list(at + 5), body: tree.one(at + 6), expression: false, async: (word & 0x400) !== 0, generator: (word & 0x800) !== 0 };
    case 46:
      return { type: "ArrowFunctionExpression", start, end, params: tree.list(at + 4), body: tree.one(at + 5), id: null, generator: false, async: (word & 0x400) !== 0, expression: (word & 0x800) !== 0 };
    case 47:
      return { type: "UnaryExpression", start, end, argument: tree.one(at + 4), prefix: true, operator: operator[word >>> 16] };
    case 48:
      return { type: "UpdateExpression", start, end, argument: tree.one(at + 4), prefix: (word & 0x400) !== 0, operator: operator[word >>> 16] };
    case 49:
      return { type: "BinaryExpression", start, end, left: tree.one(at + 4), right: tree.one(at + 5), operator: operator[word >>> 16] };
    case 50:
      return { type: "LogicalExpression", start, end, left: tree.one(at + 4), right: tree.one(at + 5), operator: operator[word >>> 16] };
    case 51:
      return { type: "AssignmentExpression", start, end, left: tree.one(at + 4), right: tree.one(at + 5), operator: operator[word >>> 16] };
    case 52:
      return { type: "ConditionalExpression", start, end, test: tree.one(at + 4), consequent: tree.one(at + 5), alternate: tree.one(at + 6) };
    case 53:
      return { type: "MemberExpression", start, end, object: tree.one(at + 4), property: tree.one(at + 5), computed: (word & 0x400) !== 0, optional: (word & 0x800) !== 0 };
    case 54:
      return { type: "CallExpression", start, end, callee: tree.one(at + 4), arguments: tree.list(at + 5), optional: (word & 0x400) !== 0 };
    case 55:
      return { type: "NewExpression", start, end, callee: tree.one(at + 4), arguments: tree.list(at + 5) };
    case 56:
      return { type: "ChainExpression", start, end, expression: tree.one(at + 4) };
    case 57:
      return { type: "SequenceExpression", start, end, expressions: tree.list(at + 4) };
    case 58:
      return { type: "YieldExpression", start, end, argument: tree.one(at + 4), delegate: (word & 0x400) !== 0 };
    case 59:
      return { type: "AwaitExpression", start, end, argument: tree.one(at + 4) };
    case 60:
      return { type: "TemplateLiteral", start, end, quasis: tree.list(at + 4), expressions: tree.list(at + 5) };
    case 61:
      return { type: "TaggedTemplateExpression", start, end, tag: tree.one(at + 4), quasi: tree.one(at + 5) };
    case 63:
      return { type: "ImportExpression", start, end, source: tree.one(at + 4), options: tree.one(at + 5) };
    case 65:
      return { type: "SpreadElement", start, end, argument: tree.one(at + 4) };
    case 66:
      return { type: "ClassExpression", start, end, id: tree.one(at + 4), superClass: tree.one(at + 5), body: tree.one(at + 6) };
    case 67:
      return { type: "ObjectPattern", start, end, properties: tree.list(at + 4) };
    case 68:
      return { type: "ArrayPattern", start, end, elements: tree.list(at + 4) };
    case 69:
      return { type: "AssignmentPattern", start, end, left: tree.one(at + 4), right: tree.one(at + 5) };
    case 70:
      return { type: "RestElement", start, end, argument: tree.one(at + 4) };
    case 71:
      return { type: "ClassBody", start, end, body: tree.list(at + 4) };
    case 72:
      return { type: "MethodDefinition", start, end, key: tree.one(at + 4), value: tree.one(at + 5), static: (word & 0x400) !== 0, computed: (word & 0x800) !== 0, kind: method[word >>> 16] };
    case 73:
      return { type: "PropertyDefinition", start, end, key: tree.one(at + 4), value: tree.one(at + 5), static: (word & 0x400) !== 0, computed: (word & 0x800) !== 0 };
    case 74:
      return { type: "StaticBlock", start, end, body: tree.list(at + 4) };
    case 75:
      return { type: "ImportDeclaration", start, end, specifiers: tree.list(at + 4), source: tree.one(at + 5), attributes: tree.list(at + 6) };
    case 76:
      return { type: "ImportSpecifier", start, end, imported: tree.one(at + 4), local: tree.one(at + 5) };
    case 77:
      return { type: "ImportDefaultSpecifier", start, end, local: tree.one(at + 4) };
    case 78:
      return { type: "ImportNamespaceSpecifier", start, end, local: tree.one(at + 4) };
    case 79:
      return { type: "ImportAttribute", start, end, key: tree.one(at + 4), value: tree.one(at + 5) };
    case 80:
      return { type: "ExportNamedDeclaration", start, end, declaration: tree.one(at + 4), specifiers: tree.list(at + 5), source: tree.one(at + 6), attributes: tree.list(at + 7) };
    case 81:
      return { type: "ExportSpecifier", start, end, local: tree.one(at + 4), exported: tree.one(at + 5) };
    case 82:
      return { type: "ExportDefaultDeclaration", start, end, declaration: tree.one(at + 4) };
    case 83:
      return { type: "ExportAllDeclaration", start, end, exported: tree.one(at + 4), source: tree.one(at + 5), attributes: tree.list(at + 6) };
    case 96:
      return { type: "JSXElement", start, end, openingElement: tree.one(at + 4), children: tree.list(at + 5), closingElement: tree.one(at + 6) };
    case 97:
      return { type: "JSXFragment", start, end, openingFragment: tree.one(at + 4), children: tree.list(at + 5), closingFragment: tree.one(at + 6) };
    case 98:
      return { type: "JSXOpeningElement", start, end, name: tree.one(at + 4), attributes: tree.list(at + 5), self_closing: (word & 0x400) !== 0 };
    case 99:
      return { type: "JSXClosingElement", start, end, name: tree.one(at + 4) };
    case 100:
      return { type: "JSXOpeningFragment", start, end };
    case 101:
      return { type: "JSXClosingFragment", start, end };
    case 102:
      return { type: "JSXIdentifier", start, end, reference: (word & 0x400) !== 0 };
    case 103:
      return { type: "JSXNamespacedName", start, end, namespace: tree.one(at + 4), name: tree.one(at + 5) };
    case 104:
      return { type: "JSXMemberExpression", start, end, object: tree.one(at + 4), property: tree.one(at + 5) };
    case 105:
      return { type: "JSXAttribute", start, end, name: tree.one(at + 4), value: tree.one(at + 5) };
    case 106:
      return { type: "JSXSpreadAttribute", start, end, argument: tree.one(at + 4) };
    case 107:
      return { type: "JSXExpressionContainer", start, end, expression: tree.one(at + 4) };
    case 108:
      return { type: "JSXEmptyExpression", start, end };
    case 109:
      return { type: "JSXSpreadChild", start, end, expression: tree.one(at + 4) };
    case 110:
      return { type: "JSXText", start, end };
    default:
      return undefined;
  }
}

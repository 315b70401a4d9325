;; Made by `cargo xtask gen-tables` from xtask/src/gen_tables/javascript_kinds.rs.
;;
;; What the records of a tree, their flags and their data are, and which tokens and errors there
;; are, as xtask/src/gen_tables/javascript/kinds.toml has them.

;; Enumeration kind
;;   value  name                        meaning
;;       1  program                     Program(*body)
;;       2  comment                     Comment [block, multi_line, html_open, html_close, hashbang]
;;       3  hole                        Hole
;;       8  expression_statement        ExpressionStatement(expression) [directive]
;;       9  block_statement             BlockStatement(*body)
;;      10  empty_statement             EmptyStatement
;;      11  debugger_statement          DebuggerStatement
;;      12  with_statement              WithStatement(object, body)
;;      13  return_statement            ReturnStatement(argument)
;;      14  labeled_statement           LabeledStatement(label, body)
;;      15  break_statement             BreakStatement(label)
;;      16  continue_statement          ContinueStatement(label)
;;      17  if_statement                IfStatement(test, consequent, alternate)
;;      18  switch_statement            SwitchStatement(discriminant, *cases)
;;      19  switch_case                 SwitchCase(test, *consequent)
;;      20  throw_statement             ThrowStatement(argument)
;;      21  try_statement               TryStatement(block, handler, finalizer)
;;      22  catch_clause                CatchClause(param, body)
;;      23  while_statement             WhileStatement(test, body)
;;      24  do_while_statement          DoWhileStatement(body, test)
;;      25  for_statement               ForStatement(init, test, update, body)
;;      26  for_in_statement            ForInStatement(left, right, body)
;;      27  for_of_statement            ForOfStatement(left, right, body) [await]
;;      28  function_declaration        FunctionDeclaration(id, *params, body) [async, generator,
;;                                      strict]
;;      29  variable_declaration        VariableDeclaration(*declarations) {variable}
;;      30  variable_declarator         VariableDeclarator(id, init)
;;      31  class_declaration           ClassDeclaration(id, superClass, body)
;;      32  identifier                  Identifier
;;      33  private_identifier          PrivateIdentifier
;;      34  string_literal              StringLiteral
;;      35  numeric_literal             NumericLiteral [separators] {number}
;;      36  big_int_literal             BigIntLiteral [separators] {number}
;;      37  reg_exp_literal             RegExpLiteral(flags)
;;      38  boolean_literal             BooleanLiteral [true]
;;      39  null_literal                NullLiteral
;;      40  this_expression             ThisExpression
;;      41  super                       Super
;;      42  array_expression            ArrayExpression(*elements)
;;      43  object_expression           ObjectExpression(*properties)
;;      44  property                    Property(key, value) [computed, method, shorthand]
;;                                      {property}
;;      45  function_expression         FunctionExpression(id, *params, body) [async, generator,
;;                                      strict]
;;      46  arrow_function_expression   ArrowFunctionExpression(*params, body) [async, expression,
;;                                      strict]
;;      47  unary_expression            UnaryExpression(argument) {operator}
;;      48  update_expression           UpdateExpression(argument) [prefix] {operator}
;;      49  binary_expression           BinaryExpression(left, right) {operator}
;;      50  logical_expression          LogicalExpression(left, right) {operator}
;;      51  assignment_expression       AssignmentExpression(left, right) {operator}
;;      52  conditional_expression      ConditionalExpression(test, consequent, alternate)
;;      53  member_expression           MemberExpression(object, property) [computed, optional]
;;      54  call_expression             CallExpression(callee, *arguments) [call_optional]
;;      55  new_expression              NewExpression(callee, *arguments)
;;      56  chain_expression            ChainExpression(expression)
;;      57  sequence_expression         SequenceExpression(*expressions)
;;      58  yield_expression            YieldExpression(argument) [delegate]
;;      59  await_expression            AwaitExpression(argument)
;;      60  template_literal            TemplateLiteral(*quasis, *expressions)
;;      61  tagged_template_expression  TaggedTemplateExpression(tag, quasi)
;;      62  template_element            TemplateElement [tail, no_value]
;;      63  import_expression           ImportExpression(source, options)
;;      64  meta_property               MetaProperty {meta}
;;      65  spread_element              SpreadElement(argument)
;;      66  class_expression            ClassExpression(id, superClass, body)
;;      67  object_pattern              ObjectPattern(*properties)
;;      68  array_pattern               ArrayPattern(*elements)
;;      69  assignment_pattern          AssignmentPattern(left, right)
;;      70  rest_element                RestElement(argument)
;;      71  class_body                  ClassBody(*body)
;;      72  method_definition           MethodDefinition(key, value) [static, class_computed]
;;                                      {method}
;;      73  property_definition         PropertyDefinition(key, value) [static, class_computed]
;;      74  static_block                StaticBlock(*body)
;;      75  import_declaration          ImportDeclaration(*specifiers, source, *attributes)
;;      76  import_specifier            ImportSpecifier(imported, local)
;;      77  import_default_specifier    ImportDefaultSpecifier(local)
;;      78  import_namespace_specifier  ImportNamespaceSpecifier(local)
;;      79  import_attribute            ImportAttribute(key, value)
;;      80  export_named_declaration    ExportNamedDeclaration(declaration, *specifiers, source,
;;                                      *attributes)
;;      81  export_specifier            ExportSpecifier(local, exported)
;;      82  export_default_declaration  ExportDefaultDeclaration(declaration)
;;      83  export_all_declaration      ExportAllDeclaration(exported, source, *attributes)
;;      96  jsx_element                 JSXElement(openingElement, *children, closingElement)
;;      97  jsx_fragment                JSXFragment(openingFragment, *children, closingFragment)
;;      98  jsx_opening_element         JSXOpeningElement(name, *attributes) [self_closing]
;;      99  jsx_closing_element         JSXClosingElement(name)
;;     100  jsx_opening_fragment        JSXOpeningFragment
;;     101  jsx_closing_fragment        JSXClosingFragment
;;     102  jsx_identifier              JSXIdentifier [reference]
;;     103  jsx_namespaced_name         JSXNamespacedName(namespace, name)
;;     104  jsx_member_expression       JSXMemberExpression(object, property)
;;     105  jsx_attribute               JSXAttribute(name, value)
;;     106  jsx_spread_attribute        JSXSpreadAttribute(argument)
;;     107  jsx_expression_container    JSXExpressionContainer(expression)
;;     108  jsx_empty_expression        JSXEmptyExpression
;;     109  jsx_spread_child            JSXSpreadChild(expression)
;;     110  jsx_text                    JSXText
(global $K_PROGRAM i32 (i32.const 1))
(global $K_COMMENT i32 (i32.const 2))
(global $K_HOLE i32 (i32.const 3))
(global $K_EXPRESSION_STATEMENT i32 (i32.const 8))
(global $K_BLOCK_STATEMENT i32 (i32.const 9))
(global $K_EMPTY_STATEMENT i32 (i32.const 10))
(global $K_DEBUGGER_STATEMENT i32 (i32.const 11))
(global $K_WITH_STATEMENT i32 (i32.const 12))
(global $K_RETURN_STATEMENT i32 (i32.const 13))
(global $K_LABELED_STATEMENT i32 (i32.const 14))
(global $K_BREAK_STATEMENT i32 (i32.const 15))
(global $K_CONTINUE_STATEMENT i32 (i32.const 16))
(global $K_IF_STATEMENT i32 (i32.const 17))
(global $K_SWITCH_STATEMENT i32 (i32.const 18))
(global $K_SWITCH_CASE i32 (i32.const 19))
(global $K_THROW_STATEMENT i32 (i32.const 20))
(global $K_TRY_STATEMENT i32 (i32.const 21))
(global $K_CATCH_CLAUSE i32 (i32.const 22))
(global $K_WHILE_STATEMENT i32 (i32.const 23))
(global $K_DO_WHILE_STATEMENT i32 (i32.const 24))
(global $K_FOR_STATEMENT i32 (i32.const 25))
(global $K_FOR_IN_STATEMENT i32 (i32.const 26))
(global $K_FOR_OF_STATEMENT i32 (i32.const 27))
(global $K_FUNCTION_DECLARATION i32 (i32.const 28))
(global $K_VARIABLE_DECLARATION i32 (i32.const 29))
(global $K_VARIABLE_DECLARATOR i32 (i32.const 30))
(global $K_CLASS_DECLARATION i32 (i32.const 31))
(global $K_IDENTIFIER i32 (i32.const 32))
(global $K_PRIVATE_IDENTIFIER i32 (i32.const 33))
(global $K_STRING_LITERAL i32 (i32.const 34))
(global $K_NUMERIC_LITERAL i32 (i32.const 35))
(global $K_BIG_INT_LITERAL i32 (i32.const 36))
(global $K_REG_EXP_LITERAL i32 (i32.const 37))
(global $K_BOOLEAN_LITERAL i32 (i32.const 38))
(global $K_NULL_LITERAL i32 (i32.const 39))
(global $K_THIS_EXPRESSION i32 (i32.const 40))
(global $K_SUPER i32 (i32.const 41))
(global $K_ARRAY_EXPRESSION i32 (i32.const 42))
(global $K_OBJECT_EXPRESSION i32 (i32.const 43))
(global $K_PROPERTY i32 (i32.const 44))
(global $K_FUNCTION_EXPRESSION i32 (i32.const 45))
(global $K_ARROW_FUNCTION_EXPRESSION i32 (i32.const 46))
(global $K_UNARY_EXPRESSION i32 (i32.const 47))
(global $K_UPDATE_EXPRESSION i32 (i32.const 48))
(global $K_BINARY_EXPRESSION i32 (i32.const 49))
(global $K_LOGICAL_EXPRESSION i32 (i32.const 50))
(global $K_ASSIGNMENT_EXPRESSION i32 (i32.const 51))
(global $K_CONDITIONAL_EXPRESSION i32 (i32.const 52))
(global $K_MEMBER_EXPRESSION i32 (i32.const 53))
(global $K_CALL_EXPRESSION i32 (i32.const 54))
(global $K_NEW_EXPRESSION i32 (i32.const 55))
(global $K_CHAIN_EXPRESSION i32 (i32.const 56))
(global $K_SEQUENCE_EXPRESSION i32 (i32.const 57))
(global $K_YIELD_EXPRESSION i32 (i32.const 58))
(global $K_AWAIT_EXPRESSION i32 (i32.const 59))
(global $K_TEMPLATE_LITERAL i32 (i32.const 60))
(global $K_TAGGED_TEMPLATE_EXPRESSION i32 (i32.const 61))
(global $K_TEMPLATE_ELEMENT i32 (i32.const 62))
(global $K_IMPORT_EXPRESSION i32 (i32.const 63))
(global $K_META_PROPERTY i32 (i32.const 64))
(global $K_SPREAD_ELEMENT i32 (i32.const 65))
(global $K_CLASS_EXPRESSION i32 (i32.const 66))
(global $K_OBJECT_PATTERN i32 (i32.const 67))
(global $K_ARRAY_PATTERN i32 (i32.const 68))
(global $K_ASSIGNMENT_PATTERN i32 (i32.const 69))
(global $K_REST_ELEMENT i32 (i32.const 70))
(global $K_CLASS_BODY i32 (i32.const 71))
(global $K_METHOD_DEFINITION i32 (i32.const 72))
(global $K_PROPERTY_DEFINITION i32 (i32.const 73))
(global $K_STATIC_BLOCK i32 (i32.const 74))
(global $K_IMPORT_DECLARATION i32 (i32.const 75))
(global $K_IMPORT_SPECIFIER i32 (i32.const 76))
(global $K_IMPORT_DEFAULT_SPECIFIER i32 (i32.const 77))
(global $K_IMPORT_NAMESPACE_SPECIFIER i32 (i32.const 78))
(global $K_IMPORT_ATTRIBUTE i32 (i32.const 79))
(global $K_EXPORT_NAMED_DECLARATION i32 (i32.const 80))
(global $K_EXPORT_SPECIFIER i32 (i32.const 81))
(global $K_EXPORT_DEFAULT_DECLARATION i32 (i32.const 82))
(global $K_EXPORT_ALL_DECLARATION i32 (i32.const 83))
(global $K_JSX_ELEMENT i32 (i32.const 96))
(global $K_JSX_FRAGMENT i32 (i32.const 97))
(global $K_JSX_OPENING_ELEMENT i32 (i32.const 98))
(global $K_JSX_CLOSING_ELEMENT i32 (i32.const 99))
(global $K_JSX_OPENING_FRAGMENT i32 (i32.const 100))
(global $K_JSX_CLOSING_FRAGMENT i32 (i32.const 101))
(global $K_JSX_IDENTIFIER i32 (i32.const 102))
(global $K_JSX_NAMESPACED_NAME i32 (i32.const 103))
(global $K_JSX_MEMBER_EXPRESSION i32 (i32.const 104))
(global $K_JSX_ATTRIBUTE i32 (i32.const 105))
(global $K_JSX_SPREAD_ATTRIBUTE i32 (i32.const 106))
(global $K_JSX_EXPRESSION_CONTAINER i32 (i32.const 107))
(global $K_JSX_EMPTY_EXPRESSION i32 (i32.const 108))
(global $K_JSX_SPREAD_CHILD i32 (i32.const 109))
(global $K_JSX_TEXT i32 (i32.const 110))

;; Enumeration flag
;;   value  name            meaning
;;       1  parenthesized   it stands in parentheses
;;       2  cooked          its cooked text follows
;;       4  async           ArrowFunctionExpression, FunctionDeclaration, FunctionExpression
;;       4  await           ForOfStatement
;;       4  block           Comment
;;       4  call_optional   CallExpression
;;       4  computed        MemberExpression, Property
;;       4  delegate        YieldExpression
;;       4  directive       ExpressionStatement
;;       4  prefix          UpdateExpression
;;       4  reference       JSXIdentifier
;;       4  self_closing    JSXOpeningElement
;;       4  separators      BigIntLiteral, NumericLiteral
;;       4  static          MethodDefinition, PropertyDefinition
;;       4  tail            TemplateElement
;;       4  true            BooleanLiteral
;;       8  class_computed  MethodDefinition, PropertyDefinition
;;       8  expression      ArrowFunctionExpression
;;       8  generator       FunctionDeclaration, FunctionExpression
;;       8  method          Property
;;       8  multi_line      Comment
;;       8  no_value        TemplateElement
;;       8  optional        MemberExpression
;;      16  html_open       Comment
;;      16  shorthand       Property
;;      16  strict          ArrowFunctionExpression, FunctionDeclaration, FunctionExpression
;;      32  html_close      Comment
;;      64  hashbang        Comment
(global $F_PARENTHESIZED i32 (i32.const 1))
(global $F_COOKED i32 (i32.const 2))
(global $F_ASYNC i32 (i32.const 4))
(global $F_AWAIT i32 (i32.const 4))
(global $F_BLOCK i32 (i32.const 4))
(global $F_CALL_OPTIONAL i32 (i32.const 4))
(global $F_COMPUTED i32 (i32.const 4))
(global $F_DELEGATE i32 (i32.const 4))
(global $F_DIRECTIVE i32 (i32.const 4))
(global $F_PREFIX i32 (i32.const 4))
(global $F_REFERENCE i32 (i32.const 4))
(global $F_SELF_CLOSING i32 (i32.const 4))
(global $F_SEPARATORS i32 (i32.const 4))
(global $F_STATIC i32 (i32.const 4))
(global $F_TAIL i32 (i32.const 4))
(global $F_TRUE i32 (i32.const 4))
(global $F_CLASS_COMPUTED i32 (i32.const 8))
(global $F_EXPRESSION i32 (i32.const 8))
(global $F_GENERATOR i32 (i32.const 8))
(global $F_METHOD i32 (i32.const 8))
(global $F_MULTI_LINE i32 (i32.const 8))
(global $F_NO_VALUE i32 (i32.const 8))
(global $F_OPTIONAL i32 (i32.const 8))
(global $F_HTML_OPEN i32 (i32.const 16))
(global $F_SHORTHAND i32 (i32.const 16))
(global $F_STRICT i32 (i32.const 16))
(global $F_HTML_CLOSE i32 (i32.const 32))
(global $F_HASHBANG i32 (i32.const 64))

;; Enumeration meta
;;   value  name         meaning
;;       0  import_meta
;;       1  new_target
(global $D_META_IMPORT_META i32 (i32.const 0))
(global $D_META_NEW_TARGET i32 (i32.const 1))

;; Enumeration method
;;   value  name         meaning
;;       0  constructor
;;       1  method
;;       2  get
;;       3  set
(global $D_METHOD_CONSTRUCTOR i32 (i32.const 0))
(global $D_METHOD_METHOD i32 (i32.const 1))
(global $D_METHOD_GET i32 (i32.const 2))
(global $D_METHOD_SET i32 (i32.const 3))

;; Enumeration number
;;   value  name            meaning
;;       0  integer
;;       1  decimal
;;       2  binary
;;       3  octal
;;       4  hexadecimal
;;       5  legacy_octal
;;       6  legacy_decimal
(global $D_NUMBER_INTEGER i32 (i32.const 0))
(global $D_NUMBER_DECIMAL i32 (i32.const 1))
(global $D_NUMBER_BINARY i32 (i32.const 2))
(global $D_NUMBER_OCTAL i32 (i32.const 3))
(global $D_NUMBER_HEXADECIMAL i32 (i32.const 4))
(global $D_NUMBER_LEGACY_OCTAL i32 (i32.const 5))
(global $D_NUMBER_LEGACY_DECIMAL i32 (i32.const 6))

;; Enumeration property
;;   value  name  meaning
;;       0  init
;;       1  get
;;       2  set
(global $D_PROPERTY_INIT i32 (i32.const 0))
(global $D_PROPERTY_GET i32 (i32.const 1))
(global $D_PROPERTY_SET i32 (i32.const 2))

;; Enumeration variable
;;   value  name   meaning
;;       0  var
;;       1  let
;;       2  const
(global $D_VARIABLE_VAR i32 (i32.const 0))
(global $D_VARIABLE_LET i32 (i32.const 1))
(global $D_VARIABLE_CONST i32 (i32.const 2))

;; Enumeration token
;;   value  name                         meaning
;;       0  end                          the end of the text; it is 0
;;       1  name                         a name that is none of the words below, or one of the next
;;                                       with escapes
;;       2  async                        `async`
;;       3  of                           `of`
;;       4  get                          `get`
;;       5  set                          `set`
;;       6  from                         `from`
;;       7  as                           `as`
;;       8  target                       `target`
;;       9  meta                         `meta`
;;      10  constructor                  `constructor`
;;      11  eval                         `eval`
;;      12  arguments                    `arguments`
;;      13  static                       `static`
;;      14  implements                   `implements`
;;      15  interface                    `interface`
;;      16  package                      `package`
;;      17  private                      `private`
;;      18  protected                    `protected`
;;      19  public                       `public`
;;      20  escaped_strict               one of these with escapes
;;      21  let                          `let`
;;      22  escaped_let                  `let` with escapes
;;      23  yield                        `yield`
;;      24  escaped_yield                `yield` with escapes
;;      25  await                        `await`
;;      26  escaped_await                `await` with escapes
;;      27  escaped_word                 one of the next with escapes
;;      28  enum                         `enum`
;;      29  break                        `break`
;;      30  case                         `case`
;;      31  catch                        `catch`
;;      32  class                        `class`
;;      33  const                        `const`
;;      34  continue                     `continue`
;;      35  debugger                     `debugger`
;;      36  default                      `default`
;;      37  delete                       `delete`
;;      38  do                           `do`
;;      39  else                         `else`
;;      40  export                       `export`
;;      41  extends                      `extends`
;;      42  false                        `false`
;;      43  finally                      `finally`
;;      44  for                          `for`
;;      45  function                     `function`
;;      46  if                           `if`
;;      47  import                       `import`
;;      48  in                           `in`
;;      49  instanceof                   `instanceof`
;;      50  new                          `new`
;;      51  null                         `null`
;;      52  return                       `return`
;;      53  super                        `super`
;;      54  switch                       `switch`
;;      55  this                         `this`
;;      56  throw                        `throw`
;;      57  true                         `true`
;;      58  try                          `try`
;;      59  typeof                       `typeof`
;;      60  var                          `var`
;;      61  void                         `void`
;;      62  while                        `while`
;;      63  with                         `with`
;;      64  private_name                 a name behind `#`
;;      65  number                       a number
;;      66  bigint                       a number with `n` behind it
;;      67  string                       a string
;;      68  template                     a template without a substitution
;;      69  template_head                a template up to its first `${`
;;      70  template_middle              a template from a `}` to the next `${`, which
;;                                       `rescan_template` makes of `}`
;;      71  template_tail                a template from its last `}` on, which it makes, too
;;      72  regexp                       a regular expression, which `rescan_regexp` makes of `/`
;;      73  left_paren                   `(`
;;      74  right_paren                  `)`
;;      75  left_bracket                 `[`
;;      76  right_bracket                `]`
;;      77  left_brace                   `{`
;;      78  right_brace                  `}`
;;      79  semicolon                    `;`
;;      80  comma                        `,`
;;      81  colon                        `:`
;;      82  tilde                        `~`
;;      83  dot                          `.`
;;      84  ellipsis                     `...`
;;      85  arrow                        `=>`
;;      86  question                     `?`
;;      87  optional                     `?.`
;;      88  bang                         `!`
;;      89  increment                    `++`
;;      90  decrement                    `--`
;;      91  coalesce                     `??`
;;      92  or                           `||`
;;      93  and                          `&&`
;;      94  bar                          `|`
;;      95  caret                        `^`
;;      96  ampersand                    `&`
;;      97  equal                        `==`
;;      98  not_equal                    `!=`
;;      99  strict_equal                 `===`
;;     100  strict_not_equal             `!==`
;;     101  less                         `<`
;;     102  greater                      `>`
;;     103  less_equal                   `<=`
;;     104  greater_equal                `>=`
;;     105  shift_left                   `<<`
;;     106  shift_right                  `>>`
;;     107  shift_right_unsigned         `>>>`
;;     108  plus                         `+`
;;     109  minus                        `-`
;;     110  star                         `*`
;;     111  slash                        `/`
;;     112  percent                      `%`
;;     113  power                        `**`
;;     114  assign                       `=`
;;     115  plus_assign                  `+=`
;;     116  minus_assign                 `-=`
;;     117  star_assign                  `*=`
;;     118  slash_assign                 `/=`
;;     119  percent_assign               `%=`
;;     120  power_assign                 `**=`
;;     121  shift_left_assign            `<<=`
;;     122  shift_right_assign           `>>=`
;;     123  shift_right_unsigned_assign  `>>>=`
;;     124  ampersand_assign             `&=`
;;     125  caret_assign                 `^=`
;;     126  bar_assign                   `|=`
;;     127  and_assign                   `&&=`
;;     128  or_assign                    `||=`
;;     129  coalesce_assign              `??=`
;;     130  jsx_text                     text of JSX, which `scan_child` makes
(global $T_END i32 (i32.const 0))
(global $T_NAME i32 (i32.const 1))
(global $T_ASYNC i32 (i32.const 2))
(global $T_OF i32 (i32.const 3))
(global $T_GET i32 (i32.const 4))
(global $T_SET i32 (i32.const 5))
(global $T_FROM i32 (i32.const 6))
(global $T_AS i32 (i32.const 7))
(global $T_TARGET i32 (i32.const 8))
(global $T_META i32 (i32.const 9))
(global $T_CONSTRUCTOR i32 (i32.const 10))
(global $T_EVAL i32 (i32.const 11))
(global $T_ARGUMENTS i32 (i32.const 12))
(global $T_STATIC i32 (i32.const 13))
(global $T_IMPLEMENTS i32 (i32.const 14))
(global $T_INTERFACE i32 (i32.const 15))
(global $T_PACKAGE i32 (i32.const 16))
(global $T_PRIVATE i32 (i32.const 17))
(global $T_PROTECTED i32 (i32.const 18))
(global $T_PUBLIC i32 (i32.const 19))
(global $T_ESCAPED_STRICT i32 (i32.const 20))
(global $T_LET i32 (i32.const 21))
(global $T_ESCAPED_LET i32 (i32.const 22))
(global $T_YIELD i32 (i32.const 23))
(global $T_ESCAPED_YIELD i32 (i32.const 24))
(global $T_AWAIT i32 (i32.const 25))
(global $T_ESCAPED_AWAIT i32 (i32.const 26))
(global $T_ESCAPED_WORD i32 (i32.const 27))
(global $T_ENUM i32 (i32.const 28))
(global $T_BREAK i32 (i32.const 29))
(global $T_CASE i32 (i32.const 30))
(global $T_CATCH i32 (i32.const 31))
(global $T_CLASS i32 (i32.const 32))
(global $T_CONST i32 (i32.const 33))
(global $T_CONTINUE i32 (i32.const 34))
(global $T_DEBUGGER i32 (i32.const 35))
(global $T_DEFAULT i32 (i32.const 36))
(global $T_DELETE i32 (i32.const 37))
(global $T_DO i32 (i32.const 38))
(global $T_ELSE i32 (i32.const 39))
(global $T_EXPORT i32 (i32.const 40))
(global $T_EXTENDS i32 (i32.const 41))
(global $T_FALSE i32 (i32.const 42))
(global $T_FINALLY i32 (i32.const 43))
(global $T_FOR i32 (i32.const 44))
(global $T_FUNCTION i32 (i32.const 45))
(global $T_IF i32 (i32.const 46))
(global $T_IMPORT i32 (i32.const 47))
(global $T_IN i32 (i32.const 48))
(global $T_INSTANCEOF i32 (i32.const 49))
(global $T_NEW i32 (i32.const 50))
(global $T_NULL i32 (i32.const 51))
(global $T_RETURN i32 (i32.const 52))
(global $T_SUPER i32 (i32.const 53))
(global $T_SWITCH i32 (i32.const 54))
(global $T_THIS i32 (i32.const 55))
(global $T_THROW i32 (i32.const 56))
(global $T_TRUE i32 (i32.const 57))
(global $T_TRY i32 (i32.const 58))
(global $T_TYPEOF i32 (i32.const 59))
(global $T_VAR i32 (i32.const 60))
(global $T_VOID i32 (i32.const 61))
(global $T_WHILE i32 (i32.const 62))
(global $T_WITH i32 (i32.const 63))
(global $T_PRIVATE_NAME i32 (i32.const 64))
(global $T_NUMBER i32 (i32.const 65))
(global $T_BIGINT i32 (i32.const 66))
(global $T_STRING i32 (i32.const 67))
(global $T_TEMPLATE i32 (i32.const 68))
(global $T_TEMPLATE_HEAD i32 (i32.const 69))
(global $T_TEMPLATE_MIDDLE i32 (i32.const 70))
(global $T_TEMPLATE_TAIL i32 (i32.const 71))
(global $T_REGEXP i32 (i32.const 72))
(global $T_LEFT_PAREN i32 (i32.const 73))
(global $T_RIGHT_PAREN i32 (i32.const 74))
(global $T_LEFT_BRACKET i32 (i32.const 75))
(global $T_RIGHT_BRACKET i32 (i32.const 76))
(global $T_LEFT_BRACE i32 (i32.const 77))
(global $T_RIGHT_BRACE i32 (i32.const 78))
(global $T_SEMICOLON i32 (i32.const 79))
(global $T_COMMA i32 (i32.const 80))
(global $T_COLON i32 (i32.const 81))
(global $T_TILDE i32 (i32.const 82))
(global $T_DOT i32 (i32.const 83))
(global $T_ELLIPSIS i32 (i32.const 84))
(global $T_ARROW i32 (i32.const 85))
(global $T_QUESTION i32 (i32.const 86))
(global $T_OPTIONAL i32 (i32.const 87))
(global $T_BANG i32 (i32.const 88))
(global $T_INCREMENT i32 (i32.const 89))
(global $T_DECREMENT i32 (i32.const 90))
(global $T_COALESCE i32 (i32.const 91))
(global $T_OR i32 (i32.const 92))
(global $T_AND i32 (i32.const 93))
(global $T_BAR i32 (i32.const 94))
(global $T_CARET i32 (i32.const 95))
(global $T_AMPERSAND i32 (i32.const 96))
(global $T_EQUAL i32 (i32.const 97))
(global $T_NOT_EQUAL i32 (i32.const 98))
(global $T_STRICT_EQUAL i32 (i32.const 99))
(global $T_STRICT_NOT_EQUAL i32 (i32.const 100))
(global $T_LESS i32 (i32.const 101))
(global $T_GREATER i32 (i32.const 102))
(global $T_LESS_EQUAL i32 (i32.const 103))
(global $T_GREATER_EQUAL i32 (i32.const 104))
(global $T_SHIFT_LEFT i32 (i32.const 105))
(global $T_SHIFT_RIGHT i32 (i32.const 106))
(global $T_SHIFT_RIGHT_UNSIGNED i32 (i32.const 107))
(global $T_PLUS i32 (i32.const 108))
(global $T_MINUS i32 (i32.const 109))
(global $T_STAR i32 (i32.const 110))
(global $T_SLASH i32 (i32.const 111))
(global $T_PERCENT i32 (i32.const 112))
(global $T_POWER i32 (i32.const 113))
(global $T_ASSIGN i32 (i32.const 114))
(global $T_PLUS_ASSIGN i32 (i32.const 115))
(global $T_MINUS_ASSIGN i32 (i32.const 116))
(global $T_STAR_ASSIGN i32 (i32.const 117))
(global $T_SLASH_ASSIGN i32 (i32.const 118))
(global $T_PERCENT_ASSIGN i32 (i32.const 119))
(global $T_POWER_ASSIGN i32 (i32.const 120))
(global $T_SHIFT_LEFT_ASSIGN i32 (i32.const 121))
(global $T_SHIFT_RIGHT_ASSIGN i32 (i32.const 122))
(global $T_SHIFT_RIGHT_UNSIGNED_ASSIGN i32 (i32.const 123))
(global $T_AMPERSAND_ASSIGN i32 (i32.const 124))
(global $T_CARET_ASSIGN i32 (i32.const 125))
(global $T_BAR_ASSIGN i32 (i32.const 126))
(global $T_AND_ASSIGN i32 (i32.const 127))
(global $T_OR_ASSIGN i32 (i32.const 128))
(global $T_COALESCE_ASSIGN i32 (i32.const 129))
(global $T_JSX_TEXT i32 (i32.const 130))

;; The last token that is a word.
(global $T_LAST_WORD i32 (i32.const 63))

;; Enumeration operator
;;   value  name                         meaning
;;       1  plus                         `+`
;;       2  minus                        `-`
;;       3  bang                         `!`
;;       4  tilde                        `~`
;;       5  typeof                       `typeof`
;;       6  void                         `void`
;;       7  delete                       `delete`
;;       8  increment                    `++`
;;       9  decrement                    `--`
;;      10  star                         `*`
;;      11  slash                        `/`
;;      12  percent                      `%`
;;      13  power                        `**`
;;      14  shift_left                   `<<`
;;      15  shift_right                  `>>`
;;      16  shift_right_unsigned         `>>>`
;;      17  less                         `<`
;;      18  greater                      `>`
;;      19  less_equal                   `<=`
;;      20  greater_equal                `>=`
;;      21  equal                        `==`
;;      22  not_equal                    `!=`
;;      23  strict_equal                 `===`
;;      24  strict_not_equal             `!==`
;;      25  ampersand                    `&`
;;      26  caret                        `^`
;;      27  bar                          `|`
;;      28  in                           `in`
;;      29  instanceof                   `instanceof`
;;      30  and                          `&&`
;;      31  or                           `||`
;;      32  coalesce                     `??`
;;      33  assign                       `=`
;;      34  plus_assign                  `+=`
;;      35  minus_assign                 `-=`
;;      36  star_assign                  `*=`
;;      37  slash_assign                 `/=`
;;      38  percent_assign               `%=`
;;      39  power_assign                 `**=`
;;      40  shift_left_assign            `<<=`
;;      41  shift_right_assign           `>>=`
;;      42  shift_right_unsigned_assign  `>>>=`
;;      43  ampersand_assign             `&=`
;;      44  caret_assign                 `^=`
;;      45  bar_assign                   `|=`
;;      46  and_assign                   `&&=`
;;      47  or_assign                    `||=`
;;      48  coalesce_assign              `??=`
(global $O_PLUS i32 (i32.const 1))
(global $O_MINUS i32 (i32.const 2))
(global $O_BANG i32 (i32.const 3))
(global $O_TILDE i32 (i32.const 4))
(global $O_TYPEOF i32 (i32.const 5))
(global $O_VOID i32 (i32.const 6))
(global $O_DELETE i32 (i32.const 7))
(global $O_INCREMENT i32 (i32.const 8))
(global $O_DECREMENT i32 (i32.const 9))
(global $O_STAR i32 (i32.const 10))
(global $O_SLASH i32 (i32.const 11))
(global $O_PERCENT i32 (i32.const 12))
(global $O_POWER i32 (i32.const 13))
(global $O_SHIFT_LEFT i32 (i32.const 14))
(global $O_SHIFT_RIGHT i32 (i32.const 15))
(global $O_SHIFT_RIGHT_UNSIGNED i32 (i32.const 16))
(global $O_LESS i32 (i32.const 17))
(global $O_GREATER i32 (i32.const 18))
(global $O_LESS_EQUAL i32 (i32.const 19))
(global $O_GREATER_EQUAL i32 (i32.const 20))
(global $O_EQUAL i32 (i32.const 21))
(global $O_NOT_EQUAL i32 (i32.const 22))
(global $O_STRICT_EQUAL i32 (i32.const 23))
(global $O_STRICT_NOT_EQUAL i32 (i32.const 24))
(global $O_AMPERSAND i32 (i32.const 25))
(global $O_CARET i32 (i32.const 26))
(global $O_BAR i32 (i32.const 27))
(global $O_IN i32 (i32.const 28))
(global $O_INSTANCEOF i32 (i32.const 29))
(global $O_AND i32 (i32.const 30))
(global $O_OR i32 (i32.const 31))
(global $O_COALESCE i32 (i32.const 32))
(global $O_ASSIGN i32 (i32.const 33))
(global $O_PLUS_ASSIGN i32 (i32.const 34))
(global $O_MINUS_ASSIGN i32 (i32.const 35))
(global $O_STAR_ASSIGN i32 (i32.const 36))
(global $O_SLASH_ASSIGN i32 (i32.const 37))
(global $O_PERCENT_ASSIGN i32 (i32.const 38))
(global $O_POWER_ASSIGN i32 (i32.const 39))
(global $O_SHIFT_LEFT_ASSIGN i32 (i32.const 40))
(global $O_SHIFT_RIGHT_ASSIGN i32 (i32.const 41))
(global $O_SHIFT_RIGHT_UNSIGNED_ASSIGN i32 (i32.const 42))
(global $O_AMPERSAND_ASSIGN i32 (i32.const 43))
(global $O_CARET_ASSIGN i32 (i32.const 44))
(global $O_BAR_ASSIGN i32 (i32.const 45))
(global $O_AND_ASSIGN i32 (i32.const 46))
(global $O_OR_ASSIGN i32 (i32.const 47))
(global $O_COALESCE_ASSIGN i32 (i32.const 48))

;; Enumeration error
;;   value  name                      meaning
;;       1  utf8                      the text is not UTF-8 here
;;       2  unexpected                this token cannot stand here
;;       3  expected                  another token, which is `wanted`, should stand here
;;       4  character                 no token begins with this character
;;       5  end                       the text ends where something more is needed
;;       6  string_open               the string does not end on its line
;;       7  template_open             the template does not end
;;       8  comment_open              the comment does not end
;;       9  regexp_open               the regular expression does not end on its line
;;      10  escape_hexadecimal        two hexadecimal digits should follow `\x`
;;      11  escape_unicode            four hexadecimal digits, or some within braces, should follow
;;                                    `\u`
;;      12  escape_too_high           the escape is over U+10FFFF
;;      13  escape_in_name            the escape stands for a character that cannot be here in a
;;                                    name
;;      14  escape_octal_strict       strict code has no octal escapes
;;      15  escape_octal_template     templates have no octal escapes
;;      16  number_octal_strict       strict code has no octal numbers that begin with 0
;;      17  number_digits             the number has no digit of its base behind its prefix
;;      18  number_digit              the number has a digit that its base does not
;;      19  number_exponent           the number has no digit in its exponent
;;      20  number_separator          a separator stands between two digits
;;      21  number_separator_legacy   a number that begins with 0 has no separator
;;      22  number_name               a name or digit cannot follow a number directly
;;      23  big_int_decimal           a BigInt has neither a point, an exponent, nor a 0 in front
;;      24  regexp_flag               the regular expression has no such flag
;;      25  regexp_flag_twice         the flag stands twice
;;      26  regexp_flags_uv           the flags `u` and `v` exclude each other
;;      27  hashbang                  `#!` begins a line only at the beginning of the text
;;      28  private_alone             a name should follow `#` directly
;;      29  decorator                 decorators are no part of the language yet
;;      30  newline                   a line cannot end here
;;      31  reserved_word             the word is reserved
;;      32  reserved_word_strict      the word is reserved in strict code
;;      33  await_reserved            `await` is no name here
;;      34  yield_reserved            `yield` is no name here
;;      35  let_reserved              `let` is no name for what `let`, `const` or `class` declare
;;      36  arguments_in_field        `arguments` cannot stand in a field or in a static block
;;      37  eval_arguments_target     strict code neither declares nor assigns `eval` and
;;                                    `arguments`
;;      38  await_context             `await` cannot stand in parameters, nor outside of async
;;                                    functions and modules
;;      39  yield_context             `yield` cannot stand in parameters, nor outside of generators
;;      40  assignment_target         this cannot be assigned to
;;      41  update_target             `++` and `--` need something that can be assigned to
;;      42  destructuring_target      this cannot be destructured into
;;      43  pattern_parenthesized     a pattern cannot stand in parentheses
;;      44  rest_last                 a rest element is the last one
;;      45  rest_comma                no comma follows a rest element
;;      46  rest_initializer          a rest element has no initial value
;;      47  rest_object               a rest property is a name or what can be assigned to
;;      48  shorthand_initializer     `=` in an object is for patterns only
;;      49  proto_twice               `__proto__` is set twice
;;      50  arrow_parameters          these are no parameters of an arrow function
;;      51  arrow_newline             no line can end before `=>`
;;      52  arrow_place               an arrow function cannot stand here
;;      53  parameter_twice           the parameter's name stands twice
;;      54  strict_parameters         a function with a "use strict" has simple parameters only
;;      55  getter_parameters         a getter has no parameters
;;      56  setter_parameters         a setter has one parameter
;;      57  setter_rest               a setter's parameter is no rest parameter
;;      58  function_name             the function needs a name
;;      59  class_name                the class needs a name
;;      60  function_place            a function cannot be declared here
;;      61  function_kind_place       only a plain function can be declared here
;;      62  class_place               a class cannot be declared here
;;      63  lexical_place             `let` and `const` need a block around them here
;;      64  constructor_twice         the class has two constructors
;;      65  constructor_kind          a constructor is no getter, setter, generator or async
;;                                    function
;;      66  constructor_field         a field cannot be called `constructor`
;;      67  constructor_private       a private name cannot be `#constructor`
;;      68  prototype_static          a static member cannot be called `prototype`
;;      69  super_call                `super()` stands only in constructors of classes that extend
;;                                    another
;;      70  super_property            `super.` stands only in methods and fields
;;      71  super_alone               `super` is called or has a property
;;      72  new_target                `new.target` stands only in functions
;;      73  import_meta               `import.meta` stands only in modules
;;      74  import_place              `import` stands only at the top of a module
;;      75  export_place              `export` stands only at the top of a module
;;      76  import_new                `import()` cannot be called by `new`
;;      77  import_arguments          `import()` has one or two arguments
;;      78  optional_new              `new` cannot call an optional chain
;;      79  optional_template         an optional chain cannot tag a template
;;      80  optional_target           an optional chain cannot be assigned to
;;      81  delete_name_strict        strict code deletes no names
;;      82  delete_private            private members cannot be deleted
;;      83  power_unary               a unary operator left of `**` needs parentheses
;;      84  nullish_mixed             `??` beside `||` or `&&` needs parentheses
;;      85  private_in                a private name stands only left of `in`, or behind a dot
;;      86  private_undeclared        the private name is declared in no class around
;;      87  private_twice             the private name is declared twice
;;      88  private_super             `super` has no private members
;;      89  initializer               the declaration needs an initial value
;;      90  for_initializer           the variable of a loop has no initial value here
;;      91  for_declarations          a loop over something declares one variable
;;      92  for_let                   `for (let of` is ambiguous: here `let` is no name
;;      93  for_await                 `for await` goes with `of` only
;;      94  let_bracket               no statement begins with `let [`
;;      95  with_strict               strict code has no `with`
;;      96  return_place              `return` stands only in functions
;;      97  break_place               `break` stands only in loops and switches
;;      98  continue_place            `continue` stands only in loops
;;      99  label_unknown             no label of this name is around
;;     100  label_loop                `continue` needs the label of a loop
;;     101  label_twice               the label stands twice
;;     102  labeled_function          a labelled function stands only in sloppy blocks
;;     103  throw_newline             what is thrown stands on the line of `throw`
;;     104  try_alone                 `try` needs a `catch` or a `finally`
;;     105  default_twice             the switch has two defaults
;;     106  case_expected             `case` or `default` should stand here
;;     107  redeclared                the name is declared already
;;     108  export_twice              the name is exported already
;;     109  export_undeclared         what is exported is declared nowhere
;;     110  export_string             a string is exported only from another module
;;     111  export_reserved           a reserved word is exported only from another module
;;     112  import_name               the import needs a local name
;;     113  string_surrogate          a name of an import or export has no lone surrogate
;;     114  attribute_value           an attribute's value is a string
;;     115  template_escape           an untagged template has escapes that there are only
;;     116  pattern_group_open        the group does not end
;;     117  pattern_group_close       no group is open here
;;     118  pattern_group_name        the group's name is none
;;     119  pattern_group_twice       two groups that can match together have this name
;;     120  pattern_group_kind        the group is of no kind that there is
;;     121  pattern_modifiers         modifiers are each of `i`, `m` and `s` once at most
;;     122  pattern_modifiers_none    modifiers add or remove something
;;     123  pattern_reference         no group has this number
;;     124  pattern_reference_name    no group has this name
;;     125  pattern_reference_open    a reference's name should follow `\k`
;;     126  pattern_quantifier        there is nothing to repeat here
;;     127  pattern_quantifier_range  the least number of repetitions is over the greatest
;;     128  pattern_brace             this character needs a backslash
;;     129  pattern_escape            the escape is none that there is
;;     130  pattern_class_open        the class does not end
;;     131  pattern_class_range       the range goes down
;;     132  pattern_class_set         a class of characters is no end of a range
;;     133  pattern_class_operator    operators of sets do not mix
;;     134  pattern_class_operand     an operand of a set should stand here
;;     135  pattern_class_character   this character needs a backslash in a set
;;     136  pattern_class_strings     what may match strings is not complemented
;;     137  pattern_property          there is no such property
;;     138  pattern_property_value    the property has no such value
;;     139  pattern_property_open     a property in braces should follow `\p`
;;     140  pattern_property_strings  a property of strings needs the flag `v`, and is not
;;                                    complemented
;;     141  too_deep                  over 8,192 levels are open here
;;     142  too_high                  the tree is over 65,536 levels high
;;     143  too_long                  the text is too long
;;     144  type_script               types are TypeScript, which is not read here
;;     145  jsx                       JSX is not read here
;;     146  jsx_open                  the element does not end
;;     147  jsx_closing               the closing tag is not that of the element that is open
;;     148  jsx_adjacent              elements side by side need a fragment around them: `<>…</>`
;;     149  jsx_name                  a name should stand here
;;     150  jsx_name_escape           a name in JSX has no escapes
;;     151  jsx_name_hyphen           a name behind a dot has no hyphens
;;     152  jsx_value                 an attribute's value is a string, an element, or an expression
;;                                    in braces
;;     153  jsx_value_open            the string does not end
;;     154  jsx_value_empty           an attribute's value in braces is an expression
;;     155  jsx_comma                 a comma needs parentheses around the expression here
;;     156  jsx_text_greater          `>` in text is written `{'>'}` or `&gt;`
;;     157  jsx_text_brace            `}` in text is written `{'}'}` or `&#125;`
(global $E_UTF8 i32 (i32.const 1))
(global $E_UNEXPECTED i32 (i32.const 2))
(global $E_EXPECTED i32 (i32.const 3))
(global $E_CHARACTER i32 (i32.const 4))
(global $E_END i32 (i32.const 5))
(global $E_STRING_OPEN i32 (i32.const 6))
(global $E_TEMPLATE_OPEN i32 (i32.const 7))
(global $E_COMMENT_OPEN i32 (i32.const 8))
(global $E_REGEXP_OPEN i32 (i32.const 9))
(global $E_ESCAPE_HEXADECIMAL i32 (i32.const 10))
(global $E_ESCAPE_UNICODE i32 (i32.const 11))
(global $E_ESCAPE_TOO_HIGH i32 (i32.const 12))
(global $E_ESCAPE_IN_NAME i32 (i32.const 13))
(global $E_ESCAPE_OCTAL_STRICT i32 (i32.const 14))
(global $E_ESCAPE_OCTAL_TEMPLATE i32 (i32.const 15))
(global $E_NUMBER_OCTAL_STRICT i32 (i32.const 16))
(global $E_NUMBER_DIGITS i32 (i32.const 17))
(global $E_NUMBER_DIGIT i32 (i32.const 18))
(global $E_NUMBER_EXPONENT i32 (i32.const 19))
(global $E_NUMBER_SEPARATOR i32 (i32.const 20))
(global $E_NUMBER_SEPARATOR_LEGACY i32 (i32.const 21))
(global $E_NUMBER_NAME i32 (i32.const 22))
(global $E_BIG_INT_DECIMAL i32 (i32.const 23))
(global $E_REGEXP_FLAG i32 (i32.const 24))
(global $E_REGEXP_FLAG_TWICE i32 (i32.const 25))
(global $E_REGEXP_FLAGS_UV i32 (i32.const 26))
(global $E_HASHBANG i32 (i32.const 27))
(global $E_PRIVATE_ALONE i32 (i32.const 28))
(global $E_DECORATOR i32 (i32.const 29))
(global $E_NEWLINE i32 (i32.const 30))
(global $E_RESERVED_WORD i32 (i32.const 31))
(global $E_RESERVED_WORD_STRICT i32 (i32.const 32))
(global $E_AWAIT_RESERVED i32 (i32.const 33))
(global $E_YIELD_RESERVED i32 (i32.const 34))
(global $E_LET_RESERVED i32 (i32.const 35))
(global $E_ARGUMENTS_IN_FIELD i32 (i32.const 36))
(global $E_EVAL_ARGUMENTS_TARGET i32 (i32.const 37))
(global $E_AWAIT_CONTEXT i32 (i32.const 38))
(global $E_YIELD_CONTEXT i32 (i32.const 39))
(global $E_ASSIGNMENT_TARGET i32 (i32.const 40))
(global $E_UPDATE_TARGET i32 (i32.const 41))
(global $E_DESTRUCTURING_TARGET i32 (i32.const 42))
(global $E_PATTERN_PARENTHESIZED i32 (i32.const 43))
(global $E_REST_LAST i32 (i32.const 44))
(global $E_REST_COMMA i32 (i32.const 45))
(global $E_REST_INITIALIZER i32 (i32.const 46))
(global $E_REST_OBJECT i32 (i32.const 47))
(global $E_SHORTHAND_INITIALIZER i32 (i32.const 48))
(global $E_PROTO_TWICE i32 (i32.const 49))
(global $E_ARROW_PARAMETERS i32 (i32.const 50))
(global $E_ARROW_NEWLINE i32 (i32.const 51))
(global $E_ARROW_PLACE i32 (i32.const 52))
(global $E_PARAMETER_TWICE i32 (i32.const 53))
(global $E_STRICT_PARAMETERS i32 (i32.const 54))
(global $E_GETTER_PARAMETERS i32 (i32.const 55))
(global $E_SETTER_PARAMETERS i32 (i32.const 56))
(global $E_SETTER_REST i32 (i32.const 57))
(global $E_FUNCTION_NAME i32 (i32.const 58))
(global $E_CLASS_NAME i32 (i32.const 59))
(global $E_FUNCTION_PLACE i32 (i32.const 60))
(global $E_FUNCTION_KIND_PLACE i32 (i32.const 61))
(global $E_CLASS_PLACE i32 (i32.const 62))
(global $E_LEXICAL_PLACE i32 (i32.const 63))
(global $E_CONSTRUCTOR_TWICE i32 (i32.const 64))
(global $E_CONSTRUCTOR_KIND i32 (i32.const 65))
(global $E_CONSTRUCTOR_FIELD i32 (i32.const 66))
(global $E_CONSTRUCTOR_PRIVATE i32 (i32.const 67))
(global $E_PROTOTYPE_STATIC i32 (i32.const 68))
(global $E_SUPER_CALL i32 (i32.const 69))
(global $E_SUPER_PROPERTY i32 (i32.const 70))
(global $E_SUPER_ALONE i32 (i32.const 71))
(global $E_NEW_TARGET i32 (i32.const 72))
(global $E_IMPORT_META i32 (i32.const 73))
(global $E_IMPORT_PLACE i32 (i32.const 74))
(global $E_EXPORT_PLACE i32 (i32.const 75))
(global $E_IMPORT_NEW i32 (i32.const 76))
(global $E_IMPORT_ARGUMENTS i32 (i32.const 77))
(global $E_OPTIONAL_NEW i32 (i32.const 78))
(global $E_OPTIONAL_TEMPLATE i32 (i32.const 79))
(global $E_OPTIONAL_TARGET i32 (i32.const 80))
(global $E_DELETE_NAME_STRICT i32 (i32.const 81))
(global $E_DELETE_PRIVATE i32 (i32.const 82))
(global $E_POWER_UNARY i32 (i32.const 83))
(global $E_NULLISH_MIXED i32 (i32.const 84))
(global $E_PRIVATE_IN i32 (i32.const 85))
(global $E_PRIVATE_UNDECLARED i32 (i32.const 86))
(global $E_PRIVATE_TWICE i32 (i32.const 87))
(global $E_PRIVATE_SUPER i32 (i32.const 88))
(global $E_INITIALIZER i32 (i32.const 89))
(global $E_FOR_INITIALIZER i32 (i32.const 90))
(global $E_FOR_DECLARATIONS i32 (i32.const 91))
(global $E_FOR_LET i32 (i32.const 92))
(global $E_FOR_AWAIT i32 (i32.const 93))
(global $E_LET_BRACKET i32 (i32.const 94))
(global $E_WITH_STRICT i32 (i32.const 95))
(global $E_RETURN_PLACE i32 (i32.const 96))
(global $E_BREAK_PLACE i32 (i32.const 97))
(global $E_CONTINUE_PLACE i32 (i32.const 98))
(global $E_LABEL_UNKNOWN i32 (i32.const 99))
(global $E_LABEL_LOOP i32 (i32.const 100))
(global $E_LABEL_TWICE i32 (i32.const 101))
(global $E_LABELED_FUNCTION i32 (i32.const 102))
(global $E_THROW_NEWLINE i32 (i32.const 103))
(global $E_TRY_ALONE i32 (i32.const 104))
(global $E_DEFAULT_TWICE i32 (i32.const 105))
(global $E_CASE_EXPECTED i32 (i32.const 106))
(global $E_REDECLARED i32 (i32.const 107))
(global $E_EXPORT_TWICE i32 (i32.const 108))
(global $E_EXPORT_UNDECLARED i32 (i32.const 109))
(global $E_EXPORT_STRING i32 (i32.const 110))
(global $E_EXPORT_RESERVED i32 (i32.const 111))
(global $E_IMPORT_NAME i32 (i32.const 112))
(global $E_STRING_SURROGATE i32 (i32.const 113))
(global $E_ATTRIBUTE_VALUE i32 (i32.const 114))
(global $E_TEMPLATE_ESCAPE i32 (i32.const 115))
(global $E_PATTERN_GROUP_OPEN i32 (i32.const 116))
(global $E_PATTERN_GROUP_CLOSE i32 (i32.const 117))
(global $E_PATTERN_GROUP_NAME i32 (i32.const 118))
(global $E_PATTERN_GROUP_TWICE i32 (i32.const 119))
(global $E_PATTERN_GROUP_KIND i32 (i32.const 120))
(global $E_PATTERN_MODIFIERS i32 (i32.const 121))
(global $E_PATTERN_MODIFIERS_NONE i32 (i32.const 122))
(global $E_PATTERN_REFERENCE i32 (i32.const 123))
(global $E_PATTERN_REFERENCE_NAME i32 (i32.const 124))
(global $E_PATTERN_REFERENCE_OPEN i32 (i32.const 125))
(global $E_PATTERN_QUANTIFIER i32 (i32.const 126))
(global $E_PATTERN_QUANTIFIER_RANGE i32 (i32.const 127))
(global $E_PATTERN_BRACE i32 (i32.const 128))
(global $E_PATTERN_ESCAPE i32 (i32.const 129))
(global $E_PATTERN_CLASS_OPEN i32 (i32.const 130))
(global $E_PATTERN_CLASS_RANGE i32 (i32.const 131))
(global $E_PATTERN_CLASS_SET i32 (i32.const 132))
(global $E_PATTERN_CLASS_OPERATOR i32 (i32.const 133))
(global $E_PATTERN_CLASS_OPERAND i32 (i32.const 134))
(global $E_PATTERN_CLASS_CHARACTER i32 (i32.const 135))
(global $E_PATTERN_CLASS_STRINGS i32 (i32.const 136))
(global $E_PATTERN_PROPERTY i32 (i32.const 137))
(global $E_PATTERN_PROPERTY_VALUE i32 (i32.const 138))
(global $E_PATTERN_PROPERTY_OPEN i32 (i32.const 139))
(global $E_PATTERN_PROPERTY_STRINGS i32 (i32.const 140))
(global $E_TOO_DEEP i32 (i32.const 141))
(global $E_TOO_HIGH i32 (i32.const 142))
(global $E_TOO_LONG i32 (i32.const 143))
(global $E_TYPE_SCRIPT i32 (i32.const 144))
(global $E_JSX i32 (i32.const 145))
(global $E_JSX_OPEN i32 (i32.const 146))
(global $E_JSX_CLOSING i32 (i32.const 147))
(global $E_JSX_ADJACENT i32 (i32.const 148))
(global $E_JSX_NAME i32 (i32.const 149))
(global $E_JSX_NAME_ESCAPE i32 (i32.const 150))
(global $E_JSX_NAME_HYPHEN i32 (i32.const 151))
(global $E_JSX_VALUE i32 (i32.const 152))
(global $E_JSX_VALUE_OPEN i32 (i32.const 153))
(global $E_JSX_VALUE_EMPTY i32 (i32.const 154))
(global $E_JSX_COMMA i32 (i32.const 155))
(global $E_JSX_TEXT_GREATER i32 (i32.const 156))
(global $E_JSX_TEXT_BRACE i32 (i32.const 157))

/** What a room may import (docs: "Where things are" in the README). `npm test` runs it; a planted violation must fail. */
const only = (name, comment, from, to) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from },
  to: { pathNot: to, dependencyTypesNot: ['core', 'npm', 'npm-dev', 'npm-optional', 'npm-no-pkg'] },
});
const functions = '^lambdas/(?!adapters/|runtime/)';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    only('core-is-alone', 'the domain imports nothing but itself', '^core/', '^core/'),
    {
      name: 'core-is-pure',
      comment: 'of Node the domain uses what computes: no file, no network, no clock, no process',
      severity: 'error',
      from: { path: '^core/' },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?(buffer|crypto)$' },
    },
    {
      name: 'core-knows-no-service',
      comment: 'of npm the domain uses pure libraries',
      severity: 'error',
      from: { path: '^core/' },
      to: { dependencyTypes: ['npm', 'npm-dev', 'npm-optional', 'npm-no-pkg'], pathNot: 'node_modules/zod/' },
    },
    only(
      'runtime-uses-core',
      'what every function needs knows no adapter',
      '^lambdas/runtime/',
      '^(lambdas/runtime|core)/',
    ),
    only(
      'adapters-use-core',
      'an adapter talks to a service',
      '^lambdas/adapters/',
      '^(lambdas/(adapters|runtime)|core)/',
    ),
    only('functions-use-adapters', 'a function is hosted by nobody it knows', functions, '^(lambdas|core)/'),
    {
      name: 'functions-are-apart',
      comment: 'a function uses another’s code through a shared folder alone',
      severity: 'error',
      from: { path: '^lambdas/([^/]+)/', pathNot: '^lambdas/(adapters|runtime|batch|stream)/' },
      to: { path: '^lambdas/', pathNot: '^lambdas/(adapters|runtime|batch|stream|$1)/' },
    },
    {
      name: 'shared-folders-know-no-function',
      comment: 'what several functions share depends on none of them',
      severity: 'error',
      from: { path: '^lambdas/(batch|stream)/' },
      to: { path: '^lambdas/', pathNot: '^lambdas/(adapters|runtime|$1)/' },
    },
    only(
      'lib-knows-the-contract',
      'the templates know functions by path and names by contract',
      '^lib/',
      '^(lib/|core/contract/|bi/)',
    ),
    only(
      'bi-knows-the-contract',
      'what is shown is made of the catalogue and of names',
      '^bi/',
      '^(bi/|core/contract/)',
    ),
    only(
      'console-reads-by-adapters',
      'the API is hosted by nobody it knows; it shows what the catalogue names',
      '^console/api/',
      '^(console/api/|bi/catalogue/|core/|lambdas/adapters/)',
    ),
    only(
      'console-server-hosts',
      'the local host of the API has the browser’s files built, and knows nothing of the pipeline',
      '^console/server/',
      '^console/(api|server|web/build\\.ts$)',
    ),
    {
      name: 'browser-knows-types',
      comment: 'what runs in a browser takes of the project its types alone: no code of a server comes along',
      severity: 'error',
      from: { path: '^console/web/', pathNot: '^console/web/build\\.ts$' },
      to: {
        pathNot: '^console/web/',
        dependencyTypesNot: ['type-only', 'npm', 'npm-dev', 'npm-optional', 'npm-no-pkg'],
      },
    },
    {
      name: 'console-api-runs-anywhere',
      comment: 'the API will be a function too: of Node it uses what computes, no file, no server, no process',
      severity: 'error',
      from: { path: '^console/api/' },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?(buffer|crypto)$' },
    },
    {
      name: 'lib-provisions',
      comment:
        'the templates are made of the CDK; whoever calls a service is a function; the cost model has a command line',
      severity: 'error',
      from: { path: '^lib/', pathNot: '^lib/cost/run\\.ts$' },
      to: {
        dependencyTypes: ['npm', 'npm-dev', 'npm-optional', 'npm-no-pkg'],
        pathNot: 'node_modules/(aws-cdk-lib|cdk-nag|constructs|croner|zod)/',
      },
    },
    {
      name: 'checks-judge',
      comment: 'a rule pack is laid upon the templates from one place',
      severity: 'error',
      from: { path: '^(bi|bin|cli|console|core|lambdas|lib|local)/', pathNot: '^lib/checks/' },
      to: { path: 'node_modules/cdk-nag/' },
    },
    {
      name: 'only-lib-provisions',
      comment: 'a function with the CDK in its bundle would be a hundred times as large',
      severity: 'error',
      from: { path: '^(bin|cli|console|core|lambdas|local)/' },
      to: { path: 'node_modules/(aws-cdk-lib|constructs)/' },
    },
    {
      name: 'reports-know-types-of-the-cdk',
      comment: 'what QuickSight is given is checked against the types of the CDK; files are made without it',
      severity: 'error',
      from: { path: '^bi/' },
      to: { path: 'node_modules/(aws-cdk-lib|constructs)/', dependencyTypesNot: ['type-only'] },
    },
    only(
      'local-reads-the-assembly',
      'the local host reads what synth wrote, and imports none of it',
      '^local/',
      '^(local|core|lambdas/adapters)/',
    ),
    only(
      'cli-uses-targets',
      'a command works on a target',
      '^cli/',
      '^(cli|local|core|console/(api|server)|lambdas/(adapters|runtime))/',
    ),
    only('bin-starts', 'the entries start lib and cli', '^bin/', '^(bin|lib|cli)/'),
    {
      name: 'nobody-imports-tests',
      comment: 'what runs is not made of tests or benches',
      severity: 'error',
      from: { path: '^(bi|bin|cli|console|core|lambdas|lib|local)/' },
      to: { path: '^(test|bench)/' },
    },
    {
      name: 'no-circle',
      comment: 'a circle has no first part',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'resolvable',
      comment: 'what is imported is there',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-tools-at-run-time',
      comment: 'what only developers install is not needed to run',
      severity: 'error',
      from: { path: '^(bi|bin|cli|console|core|lambdas|lib|local)/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'], pathNot: '@types/' },
    },
    {
      name: 'no-orphan',
      comment: 'a file that nobody imports is an entry or is to be deleted',
      severity: 'error',
      from: {
        orphan: true,
        pathNot:
          '\\.d\\.ts$|^(bin/|bi/run|test/|bench/worker|bench/index|vitest\\.config|cli/replay/worker|local/.*-main|lambdas/runtime/(credential-providers|whatwg-url|no-avro))',
      },
      to: {},
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // Not node_modules: a package that is left out here is one that no rule sees.
    exclude: { path: '^(cdk\\.out|\\.local|\\.cache|console/web/dist)' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};

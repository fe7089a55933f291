#!/usr/bin/env node
'use strict';
const { enableCompileCache } = require('node:module');

try {
  require.resolve('../dist/main.js');
} catch {
  process.stderr.write('groupctl: it is not built yet; run npm run build\n');
  process.exit(1);
}
if (enableCompileCache !== undefined) require('./compile-cache.js').enableCache(enableCompileCache);
require('../dist/main.js');

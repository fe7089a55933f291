#!/usr/bin/env node
'use strict';

try {
  require.resolve('../dist/main.js');
} catch {
  process.stderr.write('groupctl: it is not built yet; run npm run build\n');
  process.exit(1);
}
require('../dist/main.js');

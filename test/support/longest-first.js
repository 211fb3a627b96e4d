const { basename } = require('node:path');
const { default: Sequencer } = require('@jest/test-sequencer');

/** Tests that take minutes, mostly waiting, start first: otherwise a whole run would wait for them at the end. */
const longest = [
  'import-crash.test.ts',
  'cases.test.ts',
  'sources.property.test.ts',
  'with-columns.test.ts',
  'hostile-files.test.ts',
  'files-on-s3.test.ts',
  'files.test.ts',
  'model.test.ts',
  'cost.test.ts',
  'import-records.dev-server.test.ts',
  'demo.test.ts',
  'upgrade.test.ts',
  'fleet.test.ts',
  'describe.test.ts',
  'alerts.test.ts',
  'night.test.ts',
  'installed-package.test.ts',
  'java-parent.test.ts',
  'package-types.test.ts',
  'dockerfile.test.ts',
  'go-parent.test.ts',
  'python-parent.test.ts',
];

const rank = ({ path }) => {
  const place = longest.indexOf(basename(path));
  return place === -1 ? longest.length : place;
};

module.exports = class LongestFirst extends Sequencer {
  sort(tests) {
    return [...super.sort(tests)].sort((one, other) => rank(one) - rank(other));
  }
};

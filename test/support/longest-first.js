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
  'deleted-namespace.test.ts',
  'describe.test.ts',
  'full-server.test.ts',
  'night.test.ts',
  'package-types.test.ts',
  'week-in-a-minute.test.ts',
  'installed-package.test.ts',
  'dockerfile.test.ts',
  'java-parent.test.ts',
  'newer-server.test.ts',
  'chaos.test.ts',
  'go-parent.test.ts',
  'python-parent.test.ts',
  'alerts.test.ts',
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

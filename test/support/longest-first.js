const { basename } = require('node:path');
const { default: Sequencer } = require('@jest/test-sequencer');

/** What takes minutes, most of them waiting, begins first: otherwise a whole run would wait for it at the end. */
const longest = [
  'import-crash.test.ts',
  'model.test.ts',
  'import-records.dev-server.test.ts',
  'demo.test.ts',
  'installed-package.test.ts',
  'java-parent.test.ts',
  'go-parent.test.ts',
  'dockerfile.test.ts',
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

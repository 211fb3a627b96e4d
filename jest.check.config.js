const base = require('./jest.config.js');

// As test/support/global-setup.ts, which is left out here, has it.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';

/**
 * The tests that need neither a server of Temporal nor a build: the pure ones, and those over HTTP on this machine.
 * @type {import('jest').Config}
 */
module.exports = {
  ...base,
  roots: [
    ...['activities', 'config', 'core', 'ports', 'prism', 'report', 'sources', 'storage'].map(
      (folder) => `<rootDir>/test/${folder}`,
    ),
    '<rootDir>/emulator/test',
  ],
  // These start processes of what is built.
  testPathIgnorePatterns: [
    '/node_modules/',
    'emulator/test/(main|state-file)\\.test',
    'activities/large-results\\.test',
    'storage/failing-disk\\.test',
  ],
  globalSetup: undefined,
};

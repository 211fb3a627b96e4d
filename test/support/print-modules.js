// Preloaded into a program with `node -r`: on exit, prints every file that it required as a line on standard error.
process.on('exit', () => process.stderr.write(Object.keys(require.cache).join('\n')));

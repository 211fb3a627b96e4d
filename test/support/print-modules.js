// Preloaded into a program by `node -r`: at its end every file that it has required is a line of standard error.
process.on('exit', () => process.stderr.write(Object.keys(require.cache).join('\n')));

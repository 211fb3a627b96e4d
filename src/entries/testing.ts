export * from 'prism-emulator';

export * from '../../../src/entries/workflows';
export * from './team-parent';

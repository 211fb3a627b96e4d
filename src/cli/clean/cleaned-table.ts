import { amountText, cleanedFolders, type CleanedStorage } from '../../core/cleaned-storage';
import { renderTable } from '../terminal/table';

/** A table of what was found in each folder of the storage, and what was removed. */
export function cleanedTable(cleaned: CleanedStorage, dryRun: boolean): string {
  const head = ['', dryRun ? 'to remove' : 'removed', 'needed by open work', 'not old enough'];
  const rows = cleanedFolders.map((folder) => {
    const { removed, needed, young } = cleaned[folder];
    return [folder, ...[removed, needed, young].map(amountText)];
  });
  return renderTable(head, rows);
}

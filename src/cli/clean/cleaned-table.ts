import { cleanedFolders, type Amount, type Cleaned, type CleanedFolder } from '../../cleaning/clean-storage';
import { renderTable } from '../terminal/table';

/** What was found in each folder of the storage, and what became of it. */
export function cleanedTable(cleaned: Record<CleanedFolder, Cleaned>, dryRun: boolean): string {
  const head = ['', dryRun ? 'to remove' : 'removed', 'needed by open work', 'not old enough'];
  const rows = cleanedFolders.map((folder) => {
    const { removed, needed, young } = cleaned[folder];
    return [folder, ...[removed, needed, young].map(amountText)];
  });
  return renderTable(head, rows);
}

const units = ['bytes', 'KB', 'MB', 'GB', 'TB'] as const;

function amountText({ objects, bytes }: Amount): string {
  if (objects === 0) return '-';
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  const size = `${Number((bytes / 1000 ** power).toPrecision(3))} ${units[power]}`;
  return `${objects} (${size})`;
}

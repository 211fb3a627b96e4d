import { amountText, cleanedFolders, type CleanedStorage } from '../cleaned-storage';

/** Describes a run of `cleanStorage` in Markdown. */
export function cleaningDetails(cleaned: CleanedStorage): string {
  const rows = cleanedFolders.map((folder) => {
    const { removed, needed, young } = cleaned[folder];
    return `| ${[folder, ...[removed, needed, young].map(amountText)].join(' | ')} |`;
  });
  return ['| folder | removed | needed by open work | not old enough |', '|---|---|---|---|', ...rows].join(
    '\n',
  );
}

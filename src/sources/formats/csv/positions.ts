const shownPositions = 20;

/** Lists the positions of columns: `2`, `2 and 5`, `2, 5 and 6`; at most 20. */
export function positionsOf(columns: readonly { position: number }[]): string {
  const positions = columns.map(({ position }) => String(position));
  if (positions.length > shownPositions)
    return `${positions.slice(0, shownPositions).join(', ')} and ${positions.length - shownPositions} more`;
  const last = positions.pop() ?? '';
  return positions.length === 0 ? last : `${positions.join(', ')} and ${last}`;
}

/**
 * A count as a percentage of a total. The number of decimals depends on the total, so that a column of them aligns: `97%` of 100, `96.4%`
 * of 1000, `0.12%` of more. 0% means exactly none, and 100% exactly all.
 */
export function formatShare(count: number, total: number): string {
  if (total <= 0) return ''
  const decimals = total <= 100 ? 0 : total <= 1000 ? 1 : 2
  const text = ((100 * count) / total).toFixed(decimals)
  const step = 10 ** -decimals
  if (count > 0 && Number(text) === 0) return `<${step.toFixed(decimals)}%`
  if (count < total && Number(text) >= 100) return `>${(100 - step).toFixed(decimals)}%`
  return `${text.replace(/^(0|100)\.0+$/u, '$1')}%`
}

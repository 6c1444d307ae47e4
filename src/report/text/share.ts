/**
 * A count as a percentage of a total, with as many decimals as the total deserves, so that a column of them aligns: `97%` of
 * 100, `96.4%` of 1000, `0.12%` of more. What is not zero never reads as 0%, and what is not all never as 100%.
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

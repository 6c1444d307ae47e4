import type { Page } from 'playwright-core'

/**
 * Texts with less contrast to the page than 4.5, and colors of groups of fates with less than 3 (WCAG 2.2, 1.4.3 and 1.4.11). A group has a
 * class `g-…` with its color.
 */
export async function lowContrast(page: Page, groups: readonly string[]): Promise<string[]> {
  return await page.evaluate(names => {
    const channels = (color: string): number[] => (color.match(/[\d.]+/g) ?? []).slice(0, 3).map(Number)
    const luminance = (color: string): number => {
      const [r = 0, g = 0, b = 0] = channels(color).map(value => {
        const share = value / 255
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
      })
      return 0.2126 * r + 0.7152 * g + 0.0722 * b
    }
    /** The color behind an element: its own, or that of the first element around it that has one. */
    const behind = (element: Element | null): string => {
      if (element === null) return 'rgb(255, 255, 255)'
      const { backgroundColor } = getComputedStyle(element)
      return backgroundColor === 'rgba(0, 0, 0, 0)' ? behind(element.parentElement) : backgroundColor
    }
    const contrast = (one: number, other: number): number =>
      (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05)
    const found: string[] = []
    for (const element of document.body.querySelectorAll('*')) {
      const own = Array.from(element.childNodes).some(
        node => node.nodeType === Node.TEXT_NODE && (node.textContent ?? '').trim() !== '',
      )
      if (!own || element.matches('script, style, title, [aria-hidden] *, [aria-hidden]')) continue
      const style = getComputedStyle(element)
      const text = luminance(element.closest('svg') === null ? style.color : style.fill)
      const ratio = contrast(text, luminance(behind(element)))
      if (ratio < 4.5) found.push(`${element.tagName} ${element.textContent ?? ''} ${ratio.toFixed(2)}`)
    }
    const page = luminance(behind(document.body))
    for (const group of names) {
      const sample = document.createElement('i')
      sample.className = `g-${group}`
      document.body.append(sample)
      const ratio = contrast(luminance(getComputedStyle(sample).color), page)
      sample.remove()
      if (ratio < 3) found.push(`${group} ${ratio.toFixed(2)}`)
    }
    return found
  }, groups)
}

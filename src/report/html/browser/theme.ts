/** Event on the root element after a change between light and dark. */
export const THEME_CHANGE = 'themechange'

const inks = new Map<string, string>()

/** The current colour of a CSS class, for a canvas, which has no classes. */
export function ink(className: string): string {
  const known = inks.get(className)
  if (known !== undefined) return known
  const sample = document.createElement('span')
  sample.className = className
  document.body.append(sample)
  const { color } = getComputedStyle(sample)
  sample.remove()
  inks.set(className, color)
  return color
}

/** Adds a button that switches between light and dark. Until it is used, the page follows the system. */
export function offerTheme(): void {
  const root = document.documentElement
  const button = document.createElement('button')
  button.type = 'button'
  button.className = 'theme'
  const system = matchMedia('(prefers-color-scheme: dark)')
  const isDark = (): boolean => (root.dataset['theme'] ?? (system.matches ? 'dark' : 'light')) === 'dark'
  const changed = (): void => {
    button.textContent = isDark() ? '☀ light' : '☾ dark'
    inks.clear()
    root.dispatchEvent(new Event(THEME_CHANGE))
  }
  button.addEventListener('click', () => {
    root.dataset['theme'] = isDark() ? 'light' : 'dark'
    changed()
  })
  system.addEventListener('change', changed)
  document.querySelector('.overline')?.append(button)
  changed()
}

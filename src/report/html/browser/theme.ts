/** Told on the root element when the page has changed between light and dark. */
export const THEME_CHANGE = 'themechange'

const inks = new Map<string, string>()

/** The colour that the style gives to a class now: what is drawn on a canvas has no class. */
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

/** A button that changes between light and dark; without it the page is as the system has it. */
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

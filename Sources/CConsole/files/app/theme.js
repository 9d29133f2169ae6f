// Light, dark, or as the system has it.
import { kept, store } from './store.js'

const known = ['system', 'light', 'dark']
export const theme = store(known.includes(kept.read('theme')) ? kept.read('theme') : 'system')

export function setTheme(name) {
  kept.write('theme', name === 'system' ? null : name)
  theme.set(name)
  apply()
}

export function apply() {
  if (theme.get() === 'system') delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = theme.get()
}

/** The next of the three. */
export const nextTheme = () => known[(known.indexOf(theme.get()) + 1) % known.length]

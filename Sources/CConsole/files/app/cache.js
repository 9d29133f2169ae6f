// The fields of the answer cache: whether it is on, and how long an answer serves.
import { t } from './i18n.js'

/** Whether, of a form that has the time beside it. */
export const cacheSwitch = (more) => ({ at: ['cache'], label: t('cache'), kind: 'switch', ...more })

/** For how long. */
export const cacheTime = (at, more) => ({ at, label: t('cache.ttl'), ...more })

/** Both, of an object whose `cache` is true, false or { ttl }: each follows the other. */
export function cacheFields(sheet) {
  const rule = sheet.read(['cache'])
  const whether = sheet.field(cacheSwitch({
    placeholder: t('cache.unsaid'), hint: t('cache.hint'), value: rule === undefined ? undefined : rule !== false,
    set: (isOn) => {
      if (!isOn) input.value = ''
      input.disabled = isOn === false
      sheet.write(['cache'], isOn)
    }
  }))
  const time = sheet.field(cacheTime(['cache', 'ttl'], {
    placeholder: '10m', hint: t('cache.ttlHint'), set: (ttl) => {
      if (ttl) select.value = 'true'
      sheet.write(['cache'], ttl ? { ttl } : true)
    }
  }))
  const select = whether.querySelector('select')
  const input = time.querySelector('input')
  input.disabled = sheet.isReadOnly || rule === false
  return [whether, time]
}

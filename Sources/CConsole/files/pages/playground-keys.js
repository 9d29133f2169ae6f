// Keys that were made or pasted since the console was opened. They are kept in the memory of this page only, and never stored.

const remembered = new Map()

export const rememberKey = (label, key) => remembered.set(label, key)
export const rememberedKeys = () => [...remembered.entries()]

// What has the focus: whether it shows it, and whether something lies over it. null where nothing has.
() => {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  const labels = [...(element.labels ?? [])];
  const outlined = [element, ...labels]
    .flatMap((one) => [getComputedStyle(one), getComputedStyle(one, "::after")])
    .some(({ outlineStyle, outlineWidth }) => outlineStyle !== "none" && parseFloat(outlineWidth) >= 2);
  const { left, top, width, height } = element.getBoundingClientRect();
  const above = document.elementFromPoint(left + width / 2, top + height / 2);
  const reached = [element, ...labels].some((one) => one.contains(above)) || above?.contains(element);
  return { outlined, covered: !reached, name: element.outerHTML.replace(/\s+/g, " ").slice(0, 160) };
}

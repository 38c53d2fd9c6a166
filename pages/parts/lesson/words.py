"""The page's words. A name in double braces is a field: its value is put in when the page is drawn."""

ONE_VIEW = """
The link **is** the lesson. It brings the present settings and the seed, so everyone sees the same numbers. Nothing is stored.
"""
TEXT = """
Markdown, formulas between $ signs. HTML is shown as text, pictures are not loaded. A link shows its address.
"""
OWN_ROWS = "No link holds uploaded rows. Students will see the built-in data set chosen on “Data”."
LEAVE = "To leave it again, press Escape, or “Leave the view” at the top right."
LECTURE = """
A lecture is a plan of steps. Each step shows a view of this app, with your words, a question or a button.
"""
EMPTY = """
**No steps yet.** Open any page, set it up, and press **Add as a step** in the line of its title.
"""
KEPT = "The plan stays in this tab. A reload loses it: download it first."
NOTE = "Only you read it, in a second window. Markdown."
WORDS = "Everybody reads them. Markdown, formulas between $ signs. HTML is shown as text."
ANSWERS = "One a line, two to ten."
CONTROLS = "All other controls of the page are hidden in this step."
EMBED = """
A frame in a course page: without the menu, and as high as what it shows.
"""
FRAMED = """
Paste it where the course page takes HTML. The script makes the frame as high as what it shows; without it the height stays.
"""
ALLOWED = "This server has to let your site frame it: see “Embedding” in docs/hosting.md, header frame-ancestors."
SNIPPET = """
<iframe src="{{ link }}"
  title="{{ title }}" style="width: 100%; height: {{ height }}px; border: 0" loading="lazy"></iframe>
<script>
  addEventListener("message", ({ origin, source, data }) => {
    if (origin !== "{{ origin }}" || data?.type !== "softmax-lab:height") return;
    for (const frame of document.querySelectorAll("iframe"))
      if (frame.contentWindow === source) frame.style.height = `${Number(data.height)}px`;
  });
</script>
"""

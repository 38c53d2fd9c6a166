"""This session's settings and runs, and the link that restores both.

Pages use it as ``from ui import session``; the names below are all that they may use. A docstring that ends in "(a callback)"
marks a function for ``on_click`` and the like: it sets widgets or opens pages, which is only possible before they are drawn.
"""

from ui.session.forecasts import (
    are_judged,
    back_to_the_run,
    choose_model,
    forecasts,
    forecasts_file,
    forget_forecasts_file,
    judge_forecasts,
    keep_forecasts_file,
    look_at_forecasts_file,
    read_forecasts_file,
    rows_of_forecasts,
)
from ui.session.lecture.draft import (
    IN_PLANS,
    add_view,
    draft,
    draft_file,
    forget_draft,
    open_view_of,
    read_draft,
    take_view,
    title_of,
    view,
    write_draft_of,
)
from ui.session.lecture.steps import (
    arrive_at_step,
    do_action,
    finish_step,
    go_to,
    is_action_done,
    is_at_step,
    leave_plan,
    link_of_plan,
    open_plan,
    open_step,
    plan,
    step,
    step_does,
)
from ui.session.link import (
    MAX_SEARCH,
    SECTIONS,
    address_of,
    arrive,
    link_of_lecturer,
    link_of_notes,
    link_of_room,
    link_to,
    link_to_run,
    write_link,
)
from ui.session.measurements import measured, train_measured
from ui.session.prices import prices, set_prices
from ui.session.related import begin_related, planned, related, train_related
from ui.session.room import (
    enter_if_allowed,
    enter_room,
    in_room,
    is_set_up_for_the_class,
    join_class,
    leave_room,
    net_for_the_class,
    open_picture,
    open_room,
    participant,
    person_in,
    room,
    set_up_for_the_class,
)
from ui.session.rows import (
    class_rows,
    dataset,
    dataset_for,
    dataset_is,
    rows_of,
    source,
    source_named,
    source_of_rows,
    split_of,
    table,
)
from ui.session.runs import (
    address,
    choose_new_seed,
    compared,
    ended_job,
    ended_shown_job,
    forget,
    ghost_of,
    ghost_on_same_rows,
    has_changed_since,
    is_changed_example,
    is_example,
    is_in_a_crowd,
    is_pinned,
    is_refusal_outdated,
    is_training,
    job,
    may_stop,
    open_run,
    pin,
    pinned,
    seconds_between_news,
    seconds_of,
    shown_job,
    source_of,
    stop,
    train,
    unpin,
    why_not,
    why_not_train,
)
from ui.session.settings import (
    arrive_at_part,
    arrive_at_wine,
    choose,
    choose_classic,
    config,
    data_config,
    lesson,
    notices,
    open_part,
    present_part,
    set_value,
    shows,
    shows_all,
    shows_any,
    split_seed,
    step_shows,
    use_own_rows,
    value_of,
    want_questions,
)
from ui.session.shares import class_shares, set_class_shares
from ui.session.state import Flash, SessionState, Stepper, flash, lead_to, owner, state, take_flash
from ui.session.sweeps import (
    asks_for,
    compare_over_seeds,
    is_cheap,
    keep_alive,
    sweeps,
    take_pair,
    train_again,
    train_sweep,
    training_of,
    why_not_sweep,
)
from ui.session.upload import (
    drop_own_rows,
    forget_own,
    has_own_rows,
    keep_file,
    own_file,
    sheet_of,
    table_of_sheet,
    uploaded,
    use_own,
)
from ui.session.views import set_up
from ui.widget_keys import Key, part_key, presents

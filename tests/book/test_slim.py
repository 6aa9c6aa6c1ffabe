"""The theme keeps the icons and parts that pages use, and no others."""

import pytest

from book.make.slim import named_glyphs, slim_script, slim_styles, without_parts

SCRIPT = (
    'var i={bars:[448,512,["navicon"],"f0c9","M0"],"arrow-up":[384,512,[8593],"f062",["M1","M2"]],x:[1,1,[],"f0","M"]}'
)


def test_icons_that_nobody_asks_for_are_left_out():
    assert slim_script(SCRIPT, {"navicon", "x"}) == 'var i={bars:[448,512,["navicon"],"f0c9","M0"],x:[1,1,[],"f0","M"]}'
    rules = '.a{b:c}.fa-bars:before,.fa-navicon:before{content:"\\f0c9"}.fa-x:before{content:"x"}.z{}'
    assert slim_styles(rules, {"bars"}) == '.a{b:c}.fa-bars:before,.fa-navicon:before{content:"\\f0c9"}.z{}'


def test_glyphs_are_found_escaped_or_as_they_are():
    styles = 'a:before{content:"\\f0c9"}b{--icon:"\uf05a"}c:after{content:"x \u2191"}'
    assert named_glyphs(styles) == {0xF0C9, 0xF05A}


def test_an_icon_that_is_not_there_is_named():
    with pytest.raises(ValueError, match=r"found none for \['unicorn'\]"):
        slim_script(SCRIPT, {"bars", "unicorn"})


def test_styles_of_parts_that_no_page_has_are_left_out():
    styles = "@media print{.modal-body,.modal{top:0}.modal,.bd-page{top:1px}}.carousel{top:2px}.modality{top:3px}"
    assert without_parts(styles, ['<p class="wide carousel-item">']) == (
        "@media print{.modal,.bd-page{top:1px}}.carousel{top:2px}.modality{top:3px}"
    )

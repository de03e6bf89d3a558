<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>
<qgis version="3.22.0" styleCategories="Symbology|Fields|MapTips">
  <renderer-v2 type="categorizedSymbol" attr="damage_class" forceraster="0" symbollevels="0" enableorderby="0" referencescale="-1">
    <categories>
{% for category in categories %}
      <category symbol="{{ loop.index0 }}" value="{{ category.name }}" type="string" label="{{ category.label }}" render="true"/>
{% endfor %}
    </categories>
    <symbols>
{% for category in categories %}
      <symbol type="fill" name="{{ loop.index0 }}" alpha="1" force_rhr="0" clip_to_extent="1">
        <layer class="SimpleFill" enabled="1" pass="0" locked="0">
          <Option type="Map">
            <Option name="color" type="QString" value="{{ category.fill }}"/>
            <Option name="style" type="QString" value="solid"/>
            <Option name="outline_color" type="QString" value="{{ category.outline }}"/>
            <Option name="outline_style" type="QString" value="solid"/>
            <Option name="outline_width" type="QString" value="0.3"/>
            <Option name="outline_width_unit" type="QString" value="MM"/>
            <Option name="joinstyle" type="QString" value="miter"/>
          </Option>
          <prop k="color" v="{{ category.fill }}"/>
          <prop k="style" v="solid"/>
          <prop k="outline_color" v="{{ category.outline }}"/>
          <prop k="outline_style" v="solid"/>
          <prop k="outline_width" v="0.3"/>
          <prop k="outline_width_unit" v="MM"/>
          <prop k="joinstyle" v="miter"/>
        </layer>
      </symbol>
{% endfor %}
    </symbols>
  </renderer-v2>
  <blendMode>0</blendMode>
  <featureBlendMode>0</featureBlendMode>
  <layerOpacity>1</layerOpacity>
  <aliases>
{% for field, alias in aliases.items() %}
    <alias field="{{ field }}" index="{{ loop.index }}" name="{{ alias }}"/>
{% endfor %}
  </aliases>
  <previewExpression>"damage_class" || ' ' || "building_id"</previewExpression>
  <mapTip>{% filter forceescape %}
<b>[% coalesce("review_class", "damage_class") %]</b><br/>
[% if("confidence" is null, 'no valid pixels in the post image', 'confidence ' || round("confidence" * 100) || ' %') %]<br/>
[% round("area_m2") %] m²{% endfilter %}</mapTip>
  <layerGeometryType>2</layerGeometryType>
</qgis>
